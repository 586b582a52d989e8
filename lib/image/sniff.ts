import { DarkroomError } from '../error.ts';
import type { Format } from '../recipe/formats.ts';

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
  return MAGIC.find(([, matches]) => matches(head))?.[0];
}

/** The bytes that a file of each format begins with, as Latin-1. HEIC shares its container with AVIF: the brand decides. */
const MAGIC: readonly (readonly [Format, (head: string) => boolean])[] = [
  ['jpg', (head) => head.startsWith('\xff\xd8\xff')],
  ['png', (head) => head.startsWith('\x89PNG\r\n\x1a\n')],
  ['webp', (head) => /^RIFF[^]{4}WEBPVP8[ LX]/.test(head)],
  ['avif', (head) => brands(head).includes('avif')],
  ['tif', (head) => /^(II[*+]\0|MM\0[*+])/.test(head) && !head.startsWith('CR\x02', 8)],
  ['gif', (head) => /^GIF8[79]a/.test(head)],
];

/** What people call a file that is none of ours. The first row that fits speaks. */
const FOREIGN: readonly (readonly [name: string, matches: RegExp])[] = [
  ['an AVIF image sequence', /^[^]{4}ftypavis/],
  ['a HEIC picture', /^[^]{4}ftyp(hei|hev|mif1|msf1)/],
  ['a QuickTime or MP4 video', /^[^]{4}ftyp/],
  ['a PDF document', /^[^]{0,1024}%PDF-/],
  ['a Canon raw picture', /^II\*\0[^]{4}CR\x02/],
  ['a JPEG XL picture', /^(\xff\x0a|\0\0\0\x0cJXL )/],
  ['a JPEG 2000 picture', /^(\0\0\0\x0cjP {2}|\xff\x4f\xff\x51)/],
  ['a BMP picture', /^BM[^]{4}\0\0\0\0/],
  ['an icon', /^\0\0[\x01\x02]\0/],
  ['a Photoshop document', /^8BPS/],
  ['a ZIP archive or an Office document', /^PK(\x03\x04|\x05\x06)/],
  ['a gzip archive', /^\x1f\x8b/],
  ['a RAR or 7-Zip archive', /^(Rar!|7z\xbc\xaf)/],
  ['a PostScript document', /^%!PS/],
  ['a program', /^(\x7fELF|MZ|#!)/],
  ['an audio or video file', /^(ID3|OggS|fLaC|RIFF|\x1a\x45\xdf\xa3)/],
  ['an SVG drawing', /^(\xef\xbb\xbf)?\s*(<\?xml[^]*?)?(<!--[^]*?-->\s*)?(<!DOCTYPE\s+svg[^]*?)?<svg[\s>]/i],
  ['an HTML page', /^(\xef\xbb\xbf)?\s*<(!doctype html|html|head|body)\b/i],
  ['an XML document', /^(\xef\xbb\xbf)?\s*<\?xml/],
  // Control characters that no text holds, besides tabs, line ends and form feeds.
  ['a text', /^[^\0-\x08\x0e-\x1a\x1c-\x1f\x7f]+$/],
];

function foreignName(bytes: Uint8Array): string | undefined {
  const head = latin1(bytes, SNIFF_BYTES);
  return FOREIGN.find(([, matches]) => matches.test(head))?.[0];
}

/** Major and compatible brands of an ISO base media file (ISO/IEC 14496-12, 4.3). A sequence of pictures is not for us. */
function brands(head: string): readonly string[] {
  if (!head.startsWith('ftyp', 4) || head.startsWith('avis', 8)) return [];
  const size = Math.min(head.charCodeAt(2) * 256 + head.charCodeAt(3), head.length);
  const compatible = head.slice(16, size).match(/[^]{4}/g) ?? [];
  return [head.slice(8, 12), ...compatible];
}

function latin1(bytes: Uint8Array, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, length)).toString('latin1');
}
