import type { Metadata, SharpOptions } from 'sharp';
import { DarkroomError } from '../error.ts';
import type { Format } from '../recipe/formats.ts';
import { isSrgb } from './icc.ts';
import { checkSource, type Limits, type Size } from './limits.ts';
import type { Picture, Sharp } from './sharp.ts';
import { sniffImage } from './sniff.ts';

/** A picture that may be decoded: its header was read, and nothing in it is over a limit. */
export interface Source extends Size {
  readonly bytes: Buffer;
  readonly format: Format;
  /** Pages of a TIFF, frames of an animation, else 1. `width` and `height` are those of the first, upright. */
  readonly pages: number;
  readonly header: Metadata;
  /** Opens the picture or some of its pages (see sharp's `page` and `animated`), or a part of it that is a file by itself. */
  readonly open: (options?: SharpOptions, part?: Buffer) => Picture;
}

/**
 * Reads a header and holds it against the limits. Throws EMPTY_OBJECT, UNSUPPORTED_IMAGE, BROKEN_IMAGE or IMAGE_TOO_LARGE.
 */
export async function openSource(sharp: Sharp, bytes: Buffer, limits: Limits): Promise<Source> {
  const format = sniffImage(bytes);
  // Truncation is an error, an oddity is not. Our own limits count, and sharp's is in the way of their messages.
  const base = { failOn: 'error', limitInputPixels: false } as const;
  const header = await sharp(bytes, base).metadata().catch(asBroken(format));
  const pages = format === 'avif' ? 1 : (header.pages ?? 1);
  // sharp turns no animation, and viewers do not either.
  const { width, height } = pages > 1 && format !== 'tif' ? header : header.autoOrient;
  const isInterlaced = format === 'png' && header.isProgressive === true;
  const bitsPerSample = header.bitsPerSample ?? (header.depth === 'uchar' ? 8 : 16);
  checkSource({ width, height, pages, isInterlaced, bitsPerSample }, limits);
  const ignoreIcc = header.icc !== undefined && isSrgb(header.icc);
  const open: Source['open'] = (options, part = bytes) => sharp(part, { ...base, ignoreIcc, ...options });
  return { bytes, format, width, height, pages, header, open };
}

/** Turns what libvips says of a picture that it cannot read into BROKEN_IMAGE. Only for work that reads a source. */
export function asBroken(format: Format): (error: unknown) => never {
  return (error) => {
    const said = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new DarkroomError('BROKEN_IMAGE', `The ${format} is broken or cut short: ${said}`, {
      cause: error,
    });
  };
}
