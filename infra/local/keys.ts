import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { type Outcome, runCommand } from './access-keys/command.ts';
import { firstUserOf } from './home.ts';
import { runtimeOptions } from './settings.ts';

/** `npm run keys`: makes, lists and removes access keys of the one-machine runtime, under the same settings as `npm start`. */
const { code, out, told } = outcome();
process.stderr.write(told);
process.stdout.write(out);
process.exitCode = code;

function outcome(): Outcome {
  try {
    const options = runtimeOptions(process.env, resolve(import.meta.dirname, '../..'));
    return runCommand(process.argv.slice(2), {
      home: options.home,
      region: options.region,
      firstUser: firstUserOf(options.home, options.user),
      now: Date.now(),
      newSecret: () => randomBytes(30).toString('base64url'),
    });
  } catch (error) {
    return { code: 1, out: '', told: `keys: ${error instanceof Error ? error.message : String(error)}\n` };
  }
}
