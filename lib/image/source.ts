import type { FailOnOptions, Metadata } from 'sharp';
import { DarkroomError } from '../error.ts';
import type { Format } from '../recipe/formats.ts';
import { readBlocks } from './gif-blocks.ts';
import { isSrgb } from './icc.ts';
import type { Judged } from './judge.ts';
import { checkPages, checkSource, type Limits, type Size } from './limits.ts';
import { plainProfile } from './plain-profile.ts';
import { withoutTexts } from './png-chunks.ts';
import type { Picture, Sharp } from './sharp.ts';
import { sniffImage } from './sniff.ts';

/** A picture that may be decoded: its headers were read, and nothing in it is over a limit. */
export interface Source extends Judged {
  /** Of the first page, and of each: frames share one, pages of a TIFF differ in size and kind. */
  readonly header: Metadata;
  readonly headerOf: (page: number) => Metadata;
  /** Upright. */
  readonly sizeOf: (page: number) => Size;
  /** Opens, upright, a page (from 0), all frames, or a part of the file that is a picture by itself. */
  readonly open: (page?: number | 'all', part?: Buffer) => Picture;
}

/** Opens a picture for work that turns out to need a codec: the first call loads one, the others get the same. */
export type Open = () => Promise<Source>;

/**
 * Reads the headers and holds them against the limits. Throws EMPTY_OBJECT, UNSUPPORTED_IMAGE, BROKEN_IMAGE or
 * IMAGE_TOO_LARGE.
 */
export async function openSource(sharp: Sharp, bytes: Buffer, limits: Limits): Promise<Source> {
  const format = sniffImage(bytes);
  const { failOn, check } = { ...ORDINARY, ...READING[format] };
  const readable = check(bytes);
  // Our own limits count, and sharp's is in the way of their messages.
  const base = { failOn, limitInputPixels: false } as const;
  const read = (page: number): Promise<Metadata> =>
    sharp(readable, { ...base, page })
      .metadata()
      .catch(asBroken(format));

  const header = await read(0);
  const pages = format === 'avif' ? 1 : (header.pages ?? 1);
  checkPages(format, pages, limits);
  const headers = [header];
  while (format === 'tif' && headers.length < pages) headers.push(await read(headers.length));
  const headerOf = (page: number): Metadata => headers[page] ?? header;
  // sharp turns no animation, and viewers do not either.
  const turns = pages === 1 || format === 'tif';
  const sizeOf = (page: number): Size => (turns ? headerOf(page).autoOrient : header);
  const sizes = Array.from({ length: pages }, (_, page) => sizeOf(page));
  checkSource(format, { sizes, isHeavy: headers.some((page) => isHeavy(format, page)) }, limits);

  const open: Source['open'] = (page = 0, part = readable) => {
    const { icc } = headerOf(page === 'all' ? 0 : page);
    const frames = page === 'all' ? { animated: true } : { page };
    const ignoreIcc = icc !== undefined && (isSrgb(icc) || !plainProfile(icc));
    const image = sharp(part, { ...base, ...frames, ignoreIcc });
    return turns ? image.autoOrient() : image;
  };
  const { width, height } = sizeOf(0);
  const orientation = header.orientation ?? 1;
  return { bytes, format, width, height, pages, orientation, header, headerOf, sizeOf, open };
}

/** What is held whole while it is decoded, or takes two bytes and more a sample. */
function isHeavy(format: Format, { isProgressive, bitsPerSample, depth }: Metadata): boolean {
  return (format === 'png' && isProgressive === true) || (bitsPerSample ?? 8) > 8 || depth !== 'uchar';
}

interface Reading {
  /** What libvips bears: pixels that are missing or wrong never, an oddity always. */
  readonly failOn: FailOnOptions;
  /** What libvips is to read. Throws BROKEN_IMAGE for what it does not see, or would take for worse than it is. */
  readonly check: (bytes: Buffer) => Buffer;
}

const ORDINARY: Reading = { failOn: 'error', check: (bytes) => bytes };

/** libvips reads a GIF no further than asked, and takes a wrong checksum in a PNG's text for an error. */
const READING: { readonly [F in Format]?: Partial<Reading> } = {
  png: { failOn: 'truncated', check: withoutTexts },
  gif: { check: checkGif },
};

function checkGif(gif: Buffer): Buffer {
  readBlocks(gif);
  return gif;
}

/** Turns what libvips says of a picture that it cannot read into BROKEN_IMAGE. Only for work that reads a source. */
export function asBroken(format: Format): (error: unknown) => never {
  return (error) => {
    const why = reasonOf(error instanceof Error ? error.message : String(error));
    throw new DarkroomError('BROKEN_IMAGE', `The ${format} is broken or cut short: ${why}`, {
      cause: error,
    });
  };
}

/** Of the lines that sharp, libvips and a codec's library say one after the other the first that tells why, without their names. */
function reasonOf(message: string): string {
  const lines = message
    .replace(/^Input buffer has corrupt header:/, '')
    .split('\n')
    .map((line) => line.trim().replace(/^\w+: /, ''));
  return lines.find((line) => line !== '' && !line.startsWith('bad seek')) ?? 'its header cannot be read';
}
