import type { Random } from '../../support/simulation/scheduler.ts';
import { bodyOf } from './bodies.ts';
import { KEYS, madeOf, NASTY, type Schema } from './values.ts';

export interface FuzzRequest {
  readonly method: string;
  /** Of a request line: path and query, escaped. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What a document says of one operation, as far as requests are made of it. */
interface Operation {
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** A request of some operation of the document: as it should be, nearly so, or not at all. */
export function requestOf(document: Document, pictures: readonly Buffer[], random: Random): FuzzRequest {
  const [path, methods] = random.pick(Object.entries(document.paths));
  const [method, operation] = random.pick(Object.entries(methods));
  const sent = bodyOf(document, operation.requestBody?.content, pictures, random);
  const query = queryOf(operation, random);
  const heads = operation.parameters.filter((it) => it.in === 'header').map(({ name }) => name);
  return {
    method: random.chance(0.95)
      ? method.toUpperCase()
      : random.pick(['HEAD', 'PATCH', 'OPTIONS', 'GET', 'DELETE']),
    target: pathOf(path, random) + (query === '' ? '' : `?${query}`),
    headers: { ...sent.headers, ...headersOf(heads, random) },
    body: sent.body,
  };
}

function pathOf(template: string, random: Random): string {
  const filled = template.replaceAll(/\{\w+\}/g, () => {
    const text = random.pick(random.chance(0.7) ? KEYS : NASTY);
    return random.chance(0.9) ? text.split('/').map(escaped).join('/') : escaped(text);
  });
  return random.chance(0.02)
    ? filled + random.pick(['/', '//', '/..', '%', '%00', '/%2e%2e/x', ';x=1'])
    : filled;
}

function queryOf({ parameters }: Operation, random: Random): string {
  const some = parameters.filter((it) => it.in === 'query' && random.chance(CALM.has(it.name) ? 0.03 : 0.12));
  const pairs = some.map(({ name, schema }) => {
    const value = random.chance(0.85) ? madeOf(schema, random) : random.pick(NASTY);
    return `${name}=${escaped(String(value))}`;
  });
  if (random.chance(0.03)) pairs.push(`${escaped(random.pick(NASTY))}=${escaped(random.pick(NASTY))}`);
  if (random.chance(0.02)) pairs.push(random.pick(pairs.length > 0 ? pairs : ['meta=true']));
  if (random.chance(0.01)) pairs.push(random.pick(['%ff=%fe', '&&=&', '?', 'a=%zz', '%']));
  return pairs.join('&');
}

/** Parameters beside which no other matters: each is a route of its own, or is refused with most of the rest. */
const CALM = new Set(['meta', 'url', 'key', 'version', 'expires', 'kid', 'signature', 'confirm', 'cursor']);

function headersOf(names: readonly string[], random: Random): Record<string, string> {
  const own = names.filter(() => random.chance(0.1));
  const values = [
    ...['*', '"x"', 'W/"x", "y"', 'bytes=0-0', 'bytes=-1', 'bytes=9-1', 'x'.repeat(300)],
    ...ASCII,
  ];
  return {
    ...Object.fromEntries(own.map((name) => [name.toLowerCase(), random.pick(values)])),
    ...(random.chance(0.1) && {
      accept: random.pick(['text/csv', 'image/webp;q=0.1, */*;q=0', '*/*', ',;', ...ASCII]),
    }),
    ...(random.chance(0.02) && { authorization: random.pick(['Basic', 'Bearer x', 'Basic Og==', ...ASCII]) }),
    ...(random.chance(0.02) && { host: random.pick(['evil.example', 'localhost', '[::1]:1', '', 'a b']) }),
    ...(random.chance(0.02) && { 'x-forwarded-for': random.pick(ASCII), cookie: random.pick(ASCII) }),
  };
}

/** What a header can carry. */
const ASCII = NASTY.filter((text) => /^[\t\x20-\x7e]*$/.test(text));

/** Percent-encoded as UTF-8, whatever it holds. */
function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
