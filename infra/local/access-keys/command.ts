import { parseArgs } from 'node:util';
import { readPolicy } from '../../policy/policy.ts';
import { changeKeys, type KeptKey, readKeys } from './kept-keys.ts';
import { checkName, readExpiry, readPolicyOf, UsageError } from './new-key.ts';

export interface CommandContext {
  /** State folder. */
  readonly home: string;
  readonly region: string;
  /** Who may do all anyway, and whose name is taken. */
  readonly firstUser: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly newSecret: () => string;
}

/** What goes to which stream, and the exit code: 0 done, 1 failed, 2 not understood. */
export interface Outcome {
  readonly code: 0 | 1 | 2;
  /** For programs: it may be appended to a credentials file. */
  readonly out: string;
  /** For whoever reads along. */
  readonly told: string;
}

export const HELP = `Access keys for S3, SQS, DynamoDB and events on this machine, beside the first user's.

  npm run keys -- add NAME [--read PLACE] [--write PLACE] [--list PLACE] [--delete PLACE] [--expires DATE]
  npm run keys -- add NAME --policy FILE [--expires DATE]
  npm run keys -- list
  npm run keys -- remove NAME

PLACE is BUCKET or BUCKET/PREFIX; each option may be given many times.
  --read     get objects        --list    see their names (without it a missing key is 403, not 404)
  --write    put objects        --delete  delete objects
  --policy   a JSON file with a policy document of IAM instead
  --expires  a day such as 2027-01-01 (in UTC), or a time such as 2027-01-01T12:00:00Z

A change counts at once, also for a Darkroom that runs. The secret is shown once, as lines for a credentials file:
  npm run --silent keys -- add scanner --write darkroom-input/incoming/ >> ~/.aws/credentials
`;

const COMMANDS: Readonly<Record<string, (words: readonly string[], context: CommandContext) => Outcome>> = {
  add,
  list,
  remove,
};

/** Carries out `add`, `list` or `remove`. */
export function runCommand([name = '', ...words]: readonly string[], context: CommandContext): Outcome {
  if (['help', '--help', '-h'].includes(name) || words.includes('--help')) return done(HELP);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  try {
    if (command) return command(words, context);
    throw new UsageError(name === '' ? 'Say add, list or remove' : `There is no command ${name}`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isUsage = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
    const hint = isUsage ? '\nnpm run keys -- --help tells more.' : '';
    return { code: isUsage ? 2 : 1, out: '', told: `keys: ${message}${hint}\n` };
  }
}

const many = { type: 'string', multiple: true, default: [] as string[] } as const;
const OPTIONS = {
  read: many,
  write: many,
  list: many,
  delete: many,
  policy: { type: 'string' },
  expires: { type: 'string' },
} as const;

function add(words: readonly string[], context: CommandContext): Outcome {
  const { values, positionals } = parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  const name = onlyName(positionals);
  checkName(name, context.firstUser);
  const expires = values.expires === undefined ? undefined : readExpiry(values.expires, context.now);
  const policy = readPolicyOf(values);
  const secret = context.newSecret();
  const created = new Date(context.now).toISOString();
  changeKeys(context.home, (keys) => {
    if (keys.some((key) => key.name === name)) throw new Error(`There is a key ${name}: remove it first`);
    return [...keys, { name, secret, created, ...(expires !== undefined && { expires }), policy }];
  });
  const lines = [
    `[${name}]`,
    `aws_access_key_id = ${name}`,
    `aws_secret_access_key = ${secret}`,
    `region = ${context.region}`,
  ];
  const until = expires === undefined ? 'until it is removed' : `until ${expires}`;
  return done(
    `${lines.join('\n')}\n`,
    `Made the key ${name}, which holds ${until}. Its secret is shown this once:\n`,
  );
}

function list(words: readonly string[], { home, now }: CommandContext): Outcome {
  if (words.length > 0) throw new UsageError(`list takes nothing, not ${words.join(' ')}`);
  const keys = readKeys(home);
  return done(
    keys.map((key) => tell(key, now)).join(''),
    keys.length === 0 ? 'There is none but the first user’s.\n' : '',
  );
}

function remove(words: readonly string[], { home }: CommandContext): Outcome {
  const name = onlyName(words);
  changeKeys(home, (keys) => {
    const rest = keys.filter((key) => key.name !== name);
    if (rest.length === keys.length) throw new Error(`There is no key ${name}`);
    return rest;
  });
  return done('', `Removed the key ${name}: it is refused from now on.\n`);
}

function onlyName(words: readonly string[]): string {
  const [name, ...more] = words;
  if (name !== undefined && more.length === 0) return name;
  throw new UsageError(name === undefined ? 'NAME is missing' : `There is one NAME, not ${words.join(' ')}`);
}

function tell({ name, created, expires, policy }: KeptKey, now: number): string {
  const end =
    expires === undefined ? '' : Date.parse(expires) <= now ? `, expired ${expires}` : `, until ${expires}`;
  const may = readPolicy(policy, 'identity').map(({ effect, actions, resources }) => {
    const [what, where] = [actions, resources].map(
      ({ patterns, except }) => `${except ? 'all but ' : ''}${patterns.join(' ')}`,
    );
    return `  ${effect} ${what} on ${where}\n`;
  });
  return `${name}, since ${created}${end}\n${may.join('')}`;
}

function done(out: string, told = ''): Outcome {
  return { code: 0, out, told };
}
