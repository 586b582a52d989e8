import { describe, expect, test } from 'vitest';
import { readDirectories } from '../../../lib/image/exif.ts';
import { shotOf } from '../../../lib/image/shot.ts';
import { EXIF } from '../../support/secrets.ts';
import { type TiffField, tiff } from '../../support/tiff.ts';

const NOTHING = { image: {}, photo: {}, gps: {} };
const MAKE: TiffField = [0x010f, 2, 'Acme Inc\0'];

describe('an Exif block', () => {
  test('is read directory by directory, in both byte orders, with its name before it and without', () => {
    for (const order of ['II', 'MM'] as const) {
      const block = tiff(
        [MAKE, [0x8769, 4, { directory: 1 }], [0x8825, 4, { directory: 2 }]],
        order,
        [[0x8827, 3, 400]],
        [[1, 2, 'N\0\0\0\0']],
      );
      for (const exif of [block, Buffer.concat([Buffer.from('Exif\0\0'), block])]) {
        const { image, photo, gps } = readDirectories(exif);
        expect([image.Make, photo.ISOSpeedRatings, Object.keys(gps)]).toEqual([
          'Acme Inc',
          400,
          ['GPSLatitudeRef'],
        ]);
      }
    }
  });

  test('has no fields without a name', () => {
    expect(readDirectories(tiff([MAKE, [0xfffe, 2, 'who knows\0']])).image).toEqual({ Make: 'Acme Inc' });
  });

  test('is read no further than it holds, wherever it is cut', () => {
    for (let end = 0; end < EXIF.length; end += 1) readDirectories(EXIF.subarray(0, end));
    expect(readDirectories(EXIF).photo.CameraOwnerName).toBe('SECRET owner');
  });

  test.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['no TIFF', Buffer.from('Exif\0\0hello')],
    ['a directory beyond its end', Buffer.from('4d4d002a7fffffff00000000', 'hex')],
    [
      'a directory that is its own',
      tiff([
        [0x8769, 4, 8],
        [0x8825, 4, 8],
      ]),
    ],
    ['a position that is no number', tiff([[0x8769, 3, 8]])],
    ['four thousand million values', withCount(tiff([MAKE]), 0xffff_ffff)],
    ['thousands of fields that share their values', shared(1)],
    ['thousands of fields that share a text', shared(2)],
    ['a megabyte', Buffer.concat([tiff([MAKE]), Buffer.alloc(1_048_576)])],
  ])('that is %s says nothing, at once', (_, block) => {
    const before = performance.now();
    expect(readDirectories(block)).toEqual(NOTHING);
    expect(performance.now() - before).toBeLessThan(200);
  });
});

describe('what is told of a shot', () => {
  test.each<[string, number, number, string]>([
    ['a shutter', 1, 125, '1/125'],
    ['a third of a second', 1, 3, '1/3'],
    ['half an hour', 1800, 1, '1800/1'],
    ['an odd fraction', 10, 2_500, '1/250'],
    ['what a phone writes', 8_333, 1_000_000, '8333/1000000'],
  ])('%s of %i/%i is %s', (_, above, below, text) => {
    const ratio = Buffer.alloc(8);
    ratio.writeUInt32BE(above, 0);
    ratio.writeUInt32BE(below, 4);
    const block = tiff([[0x8769, 4, { directory: 1 }]], 'MM', [[0x829a, 5, ratio]]);
    expect(shotOf(block).IFD2).toEqual({ ExposureTime: text });
  });

  test('is no text of several lines, no owner and no place', () => {
    expect(shotOf(EXIF)).toEqual({
      IFD0: { Make: 'Acme Inc', Model: 'Shot 1' },
      IFD2: { DateTimeOriginal: '2024:05:06 07:08:09' },
    });
    expect(shotOf(tiff([[0x010f, 2, 'Acme\nof Jo\0']])).IFD0).toEqual({ Make: 'Acme' });
  });
});

function withCount(block: Buffer, count: number): Buffer {
  block.writeUInt32BE(count, 14);
  return block;
}

/** 64 KiB of fields of 60,000 values each, all of them the same ones: 20 s of reading for a library that trusts it. */
function shared(type: number): Buffer {
  const block = tiff(
    Array.from({ length: 5_000 }, (_, index): TiffField => [0x9000 + (index % 7), type, 12]),
  );
  for (let row = 0; row < 5_000; row += 1) block.writeUInt32BE(60_000, 10 + row * 12 + 4);
  return block;
}
