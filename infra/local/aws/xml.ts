import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** An element's content: undefined is left out, an array repeats the element. */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | { readonly [name: string]: XmlValue }
  | readonly XmlValue[];

export function writeXml(
  root: string,
  content: { readonly [name: string]: XmlValue },
  namespace?: string,
): string {
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${writeChildren(content)}</${root}>`;
}

function writeChildren(content: { readonly [name: string]: XmlValue }): string {
  return Object.entries(content)
    .map(([name, value]) => writeElement(name, value))
    .join('');
}

function writeElement(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (isList(value)) return value.map((one) => writeElement(name, one)).join('');
  const content = typeof value === 'object' ? writeChildren(value) : escapeXml(String(value));
  return `<${name}>${content}</${name}>`;
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What XML 1.0 has no way to write. https://www.w3.org/TR/xml/#charsets */
const UNWRITABLE = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Whether XML can hold the text, whatever references it takes. */
export function isWritable(text: string): boolean {
  return text.search(UNWRITABLE) < 0;
}

/**
 * Control characters become references, as S3 writes them. S3 writes those too that XML 1.0 does not know, which makes a listing that
 * no client can read; here U+FFFD stands for them, so that every other key of the page is read. Keys that hold them want
 * encoding-type=url, which tells each key exactly.
 */
function escapeXml(text: string): string {
  return text
    .replace(UNWRITABLE, '\ufffd')
    .replace(/[&<>"]|\p{Cc}/gu, (sign) => ESCAPES[sign] ?? `&#x${sign.charCodeAt(0).toString(16)};`);
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  removeNSPrefix: true,
  ignoreDeclaration: true,
});

/** The document as nested records of texts; undefined for what is no XML, for one with a DOCTYPE, and for what the parser will not have. */
export function readXml(text: string): unknown {
  if (/<!DOCTYPE/i.test(text) || XMLValidator.validate(text) !== true) return undefined;
  try {
    return withoutLayout(parser.parse(text));
  } catch {
    // Elements nested too deep, or named like what every object has.
    return undefined;
  }
}

/** The parser tells as `#text` what stands between elements: line breaks and their like. */
function withoutLayout(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutLayout);
  if (typeof value !== 'object' || value === null) return value;
  const children = Object.entries(value).filter(([name]) => name !== '#text');
  return Object.fromEntries(children.map(([name, child]) => [name, withoutLayout(child)]));
}
