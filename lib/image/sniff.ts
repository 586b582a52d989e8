import { DarkroomError } from '../error.ts';
import type { Format } from '../recipe/formats.ts';
import { isRawPhoto } from './raw-photo.ts';

/** Leading bytes that `sniffImage` needs to know a format, and to name what is none. */
export const SNIFF_BYTES = 4_096;

/**
 * The format of a picture by its content, never by its name. Throws EMPTY_OBJECT, or UNSUPPORTED_IMAGE, which says what
 * `name` is instead. The first `SNIFF_BYTES` bytes are enough. Loads no codec.
 */
export function sniffImage(bytes: Uint8Array, name = 'The file'): Format {
  if (bytes.length === 0) throw new DarkroomError('EMPTY_OBJECT', `${name} is empty: it has 0 bytes.`);
  const format = sniff(bytes);
  if (format) return format;
  const is = foreignName(bytes) ?? 'no picture that Darkroom knows';
  throw new DarkroomError(
    'UNSUPPORTED_IMAGE',
    `${name} is ${is}; Darkroom reads JPEG, PNG, WebP, AVIF, GIF and TIFF.`,
  );
}

/** The format of a picture, or undefined. */
export function sniff(bytes: Uint8Array): Format | undefined {
  const head = latin1(bytes, 64);
  const format = MAGIC.find(([, matches]) => matches(head))?.[0];
  return format === 'tif' && isRawPhoto(viewOf(bytes)) ? undefined : format;
}

/** What a file of each format begins with. HEIC shares its container with AVIF: the brands decide. */
const MAGIC: readonly (readonly [Format, (head: string) => boolean])[] = [
  ['jpg', (head) => head.startsWith('\xff\xd8\xff')],
  ['png', (head) => head.startsWith('\x89PNG\r\n\x1a\n')],
  ['webp', (head) => head.startsWith('RIFF') && /^WEBPVP8[ LX]/.test(head.slice(8))],
  ['avif', (head) => brandsOf(head).includes('avif')],
  ['tif', (head) => /^(II[*+]0|MM0[*+])/.test(head.replaceAll('\0', '0'))],
  ['gif', (head) => /^GIF8[79]a/.test(head)],
];

/** Major and compatible brands of an ISO base media file (ISO/IEC 14496-12, 4.3). A sequence of pictures is not for us. */
function brandsOf(head: string): readonly string[] {
  if (!head.startsWith('ftyp', 4) || head.startsWith('avis', 8)) return [];
  const size = head.charCodeAt(2) * 256 + head.charCodeAt(3);
  return [head.slice(8, 12), ...(head.slice(16, size).match(/.{4}/gs) ?? [])];
}

/** What people call a file that is none of ours, and what such files hold at a position. The first row that fits speaks. */
const FOREIGN: readonly (readonly [name: string, at: number, ...magic: string[]])[] = [
  ['an AVIF image sequence', 4, 'ftypavis'],
  ['a HEIC picture', 4, 'ftyphei', 'ftyphev', 'ftypmif1', 'ftypmsf1'],
  ["a camera's raw picture", 4, 'ftypcrx'],
  ['a QuickTime or MP4 video', 4, 'ftyp', 'moov', 'mdat'],
  ['a PDF document', 0, '%PDF-'],
  ["a camera's raw picture", 0, 'II*\0', 'MM\0*', 'IIRO', 'IIRS', 'MMOR', 'IIU\0', 'FUJIFILMCCD-RAW'],
  ['a JPEG XL picture', 0, '\xff\x0a', '\0\0\0\x0cJXL '],
  ['a JPEG 2000 picture', 0, '\xff\x4f\xff\x51', '\0\0\0\x0cjP  '],
  ['a BMP picture', 0, 'BM'],
  ['a Windows icon', 0, '\0\0\x01\0', '\0\0\x02\0'],
  ['a Photoshop document', 0, '8BPS'],
  ['a ZIP archive or an Office document', 0, 'PK\x03\x04', 'PK\x05\x06'],
  ['a compressed archive', 0, '\x1f\x8b', 'Rar!', '7z\xbc\xaf', '\xfd7zXZ', 'BZh', '\x28\xb5\x2f\xfd'],
  ['a PostScript document', 0, '%!PS'],
  ['a program', 0, '\x7fELF', 'MZ', '#!'],
  ['an audio or video file', 0, 'ID3', 'OggS', 'fLaC', 'RIFF', '\x1a\x45\xdf\xa3'],
];

function foreignName(bytes: Uint8Array): string | undefined {
  const head = latin1(bytes, SNIFF_BYTES);
  const row = FOREIGN.find(([, at, ...magic]) => magic.some((text) => head.startsWith(text, at)));
  return row?.[0] ?? (isText(head) ? TEXTS.find(([, matches]) => matches.test(head))?.[0] : undefined);
}

const TEXTS: readonly (readonly [name: string, matches: RegExp])[] = [
  ['an SVG drawing', /<svg[\s/>]/i],
  ['an HTML page', /<(!doctype html|html)\b/i],
  ['an XML document', /^[^<]*<\?xml/],
  ['a text', /^/],
];

/** No text holds control characters but tabs, line ends, form feeds and escapes, nor in UTF-8 a byte above 0xF7. */
function isText(head: string): boolean {
  return [...head].every((byte) => (byte >= ' ' && byte < '\xf8') || '\t\n\r\f\x1b'.includes(byte));
}

function latin1(bytes: Uint8Array, length: number): string {
  return viewOf(bytes).toString('latin1', 0, Math.min(bytes.length, length));
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
