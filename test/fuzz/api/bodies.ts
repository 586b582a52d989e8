import type { Random } from '../../support/simulation/scheduler.ts';
import { mutate } from '../mutate.ts';
import type { Document } from './requests.ts';
import { KEYS, madeOf, NASTY, type Schema } from './values.ts';

type Contents = Readonly<Record<string, { readonly schema?: Schema }>>;

interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const NONE: Sent = { headers: {}, body: Buffer.alloc(0) };

/** A body of one of the types that an operation takes, or one that it does not. */
export function bodyOf(
  { components }: Document,
  contents: Contents | undefined,
  pictures: readonly Buffer[],
  random: Random,
): Sent {
  if (contents === undefined) return random.chance(0.03) ? of('application/json', '{"a":1}') : NONE;
  if (random.chance(0.03))
    return random.pick([NONE, of('text/plain', 'x'), of('', 'x'), of(random.pick(TYPES), 'x')]);
  const [type, { schema = {} }] = random.pick(Object.entries(contents));
  if (type === 'application/json') return of(type, jsonOf(resolve(schema, components.schemas), random));
  const picture = random.pick(pictures);
  if (type === 'multipart/form-data') return formOf(picture, random);
  return of(
    type.replace('*', random.pick(['png', 'jpeg', 'svg+xml'])),
    random.chance(0.1) ? mutate(picture, random) : picture,
  );
}

const TYPES = [
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'application/json;',
  'image/',
  'IMAGE/PNG',
  'a/b;c',
];

function of(type: string, body: string | Buffer): Sent {
  return { headers: type === '' ? {} : { 'content-type': type }, body: Buffer.from(body) };
}

function resolve(
  schema: Schema & { readonly $ref?: string },
  schemas: Document['components']['schemas'],
): Schema {
  return schemas[schema.$ref?.split('/').at(-1) ?? ''] ?? schema;
}

function jsonOf(schema: Schema, random: Random): string | Buffer {
  const text = JSON.stringify(madeOf(schema, random));
  if (random.chance(0.9)) return text;
  return random.pick([
    ...[
      '',
      'null',
      '[]',
      '"x"',
      '1e999',
      '{"a":1e999}',
      '{"a":"\\ud800"}',
      '{"__proto__":{"role":"admin"}}',
      text.slice(1),
    ],
    ...[
      '['.repeat(70),
      '{"a":'.repeat(5_000),
      `{"a":"${'x'.repeat(70_000)}"}`,
      `${text}${text}`,
      `\ufeff${text}`,
    ],
    Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
  ]);
}

function formOf(picture: Buffer, random: Random): Sent {
  const parts = Array.from({ length: random.pick([1, 1, 1, 2, 3, 0]) }, () => {
    const name = random.pick(random.chance(0.7) ? KEYS : NASTY).replaceAll(/[\r\n"]/g, '_');
    const field = random.chance(0.95) ? 'file' : random.pick(NASTY).replaceAll(/[\r\n"]/g, '_');
    const head = `--x\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\n\r\n`;
    return Buffer.concat([
      Buffer.from(head),
      random.chance(0.8) ? picture : mutate(picture, random),
      Buffer.from('\r\n'),
    ]);
  });
  const body = Buffer.concat([...parts, Buffer.from('--x--\r\n')]);
  return of('multipart/form-data; boundary=x', random.chance(0.1) ? mutate(body, random) : body);
}
