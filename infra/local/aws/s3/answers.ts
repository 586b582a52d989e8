import type { Answer } from '../answer.ts';
import { verifiedBody } from '../body/verified.ts';
import { percentEncodePath } from '../signature/percent.ts';
import { readXml, writeXml, type XmlValue } from '../xml.ts';
import type { S3Call } from './call.ts';
import { s3Error } from './errors.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
/** A list of 10,000 parts with their checksums, or of 1,000 keys of 1,024 bytes that are all escapes, has less. */
const MAX_TEXT_BYTES = 8 * 2 ** 20;

export function xmlAnswer(
  root: string,
  content: { readonly [name: string]: XmlValue },
  headers: Readonly<Record<string, string | undefined>> = {},
): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', ...headers },
    body: writeXml(root, content, NAMESPACE),
  };
}

/** The text that a call sends. */
export async function readTextBody(call: S3Call): Promise<string> {
  const { content } = verifiedBody(call.body, { maxBytes: MAX_TEXT_BYTES });
  const pieces: Buffer[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

/** The document that a call sends, as `readXml` gives it; undefined when the body is empty. Throws MalformedXML. */
export async function readXmlBody(call: S3Call): Promise<unknown> {
  const text = await readTextBody(call);
  if (text === '') return undefined;
  const document = readXml(text);
  if (document === undefined) throw s3Error('MalformedXML');
  return document;
}

/** S3 tells times in XML to the second. */
export function xmlTime(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString();
}

/** Where an object is found, as the caller found its bucket. */
export function locationOf(
  headers: ReadonlyMap<string, string>,
  { bucket, key }: { readonly bucket: string; readonly key: string },
): string {
  return `http://${headers.get('host')}/${bucket}/${percentEncodePath(key)}`;
}

export function quoted(etag: string): string {
  return `"${etag}"`;
}
