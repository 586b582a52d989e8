import { describe, expect, test } from 'vitest';
import { sniff, sniffImage } from '../../../lib/image/sniff.ts';
import { FORMAT_NAMES } from '../../../lib/recipe/formats.ts';
import { detail } from '../../support/pictures.ts';
import { type TiffField, tiff } from '../../support/tiff.ts';

const ENCODERS = { jpg: 'jpeg', png: 'png', webp: 'webp', avif: 'avif', tif: 'tiff', gif: 'gif' } as const;

test.each(FORMAT_NAMES)('%s is known by its content', async (format) => {
  expect(sniff(await (await detail()).toFormat(ENCODERS[format]).toBuffer())).toBe(format);
});

test.each([
  ['big-endian TIFF', 'MM\0*\0\0\0\x08', 'tif'],
  ['BigTIFF', 'II+\0\x08\0\0\0', 'tif'],
  ['AVIF with another major brand', '\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf', 'avif'],
])('%s is known', (_, head, format) => {
  expect(sniff(Buffer.from(head, 'latin1'))).toBe(format);
});

test.each([
  ['%PDF-1.7\n', 'a PDF document'],
  ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'a HEIC picture'],
  ['\0\0\0\x18ftypmif1\0\0\0\0mif1heic', 'a HEIC picture'],
  ['\0\0\0\x1cftypavis\0\0\0\0avismsf1avif', 'an AVIF image sequence'],
  ['\0\0\0\x18ftypisom\0\0\0\0isommp42', 'a QuickTime or MP4 video'],
  ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'an SVG drawing'],
  ['\xef\xbb\xbf<?xml version="1.0"?>\n<!-- drawn -->\n<svg/>', 'an SVG drawing'],
  ['<!DOCTYPE html><p>', 'an HTML page'],
  ['<?xml version="1.0"?><rss/>', 'an XML document'],
  ['PK\x03\x04\x14\0', 'a ZIP archive or an Office document'],
  ['II*\0\x10\0\0\0CR\x02\0', "a camera's raw picture"],
  ['IIU\0\x18\0\0\0', "a camera's raw picture"],
  ['\0\0\0\x18ftypcrx \0\0\0\x01crx isom', "a camera's raw picture"],
  ['RIFF\x24\0\0\0WAVEfmt ', 'an audio or video file'],
  ['Dear reader,\n', 'a text'],
  ['\xff\xd8', 'no picture that Darkroom knows'],
  ['\x01\x02\x03\0', 'no picture that Darkroom knows'],
])('%j is refused as %s', (content, name) => {
  expect(() => sniffImage(Buffer.from(content, 'latin1'), 'x.jpg')).toThrow(
    expect.objectContaining({
      code: 'UNSUPPORTED_IMAGE',
      message: `x.jpg is ${name}; Darkroom reads JPEG, PNG, WebP, AVIF, GIF and TIFF.`,
    }),
  );
});

test('an empty file is said to be empty', () => {
  expect(() => sniffImage(Buffer.alloc(0), 'x.jpg')).toThrow(
    expect.objectContaining({ code: 'EMPTY_OBJECT' }),
  );
});

describe('a raw photo is told from a TIFF', () => {
  const page: readonly TiffField[] = [
    [254, 4, 0],
    [262, 3, 2],
  ];
  const small: readonly TiffField[] = [
    [254, 4, 1],
    [262, 3, 2],
  ];

  test.each<[string, readonly TiffField[]]>([
    ['as a DNG, by its version', [...page, [50_706, 1, 0x01060000]]],
    ['as a NEF or ARW, by the small copy before what it is a copy of', [...small, [330, 4, 400]]],
    ['by a mosaic of colour filters', [[262, 3, 32_803]]],
  ])('%s', (_, fields) => {
    for (const order of ['II', 'MM'] as const)
      expect(() => sniffImage(tiff(fields, order), 'x.dng')).toThrow(
        "x.dng is a camera's raw picture; Darkroom",
      );
  });

  test.each<[string, readonly TiffField[]]>([
    ['with pages of many sizes below', [...page, [330, 4, 400]]],
    ['that is a small copy of nothing', small],
  ])('a TIFF %s stays one', (_, fields) => {
    expect(sniff(tiff(fields, 'II'))).toBe('tif');
  });

  test('whose directory is out of reach is taken for a TIFF', () => {
    expect(sniff(Buffer.from('II*\0\xff\xff\0\0', 'latin1'))).toBe('tif');
  });
});
