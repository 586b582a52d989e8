import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { negateJpeg } from '../../../../lib/image/jpeg/negate-jpeg.ts';
import { orientationBlock } from '../../../../lib/image/orientation-block.ts';
import { plainProfile } from '../../../../lib/image/plain-profile.ts';
import { cameraPhoto } from '../../../support/pictures.ts';
import { ADOBE_RGB, profile as profileOf } from '../../../support/profiles.ts';
import { DRAWING } from './drawings.ts';
import { drawJpeg } from './tiny-encoder.ts';

const EXIF = Buffer.from('Exif\0\0');

function segment(marker: number, payload: Buffer): Buffer {
  const head = Buffer.of(0xff, marker, 0, 0);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}

/** A JPEG with segments right behind its first marker. */
function withSegments(...segments: readonly Buffer[]): Buffer {
  const plain = drawJpeg(DRAWING);
  return Buffer.concat([plain.subarray(0, 2), ...segments, plain.subarray(2)]);
}

function negative(source: Buffer): Buffer {
  return negateJpeg(source) ?? Buffer.from('none');
}

const PLAIN = negative(drawJpeg(DRAWING));

describe('orientation', () => {
  test.each([2, 3, 4, 5, 6, 7, 8])('%i is kept, in a block of less than 64 bytes', async (orientation) => {
    const result = negative(await cameraPhoto(orientation));
    const { exif, ...header } = await sharp(result).metadata();
    expect(header.orientation).toBe(orientation);
    expect(exif?.length).toBeLessThan(64);
  });

  test('upright has no EXIF', async () => {
    expect((await sharp(negative(await cameraPhoto(1))).metadata()).exif).toBeUndefined();
  });

  const little = Buffer.from('49492a00080000000100120103000100000006000000' + '00000000', 'hex');
  const long = Buffer.from('4d4d002a000000080001011200040000000100000006' + '00000000', 'hex');
  const ofType = (type: number): Buffer =>
    Buffer.from(`4d4d002a00000008000101120${type}00000000010600000000000000`, 'hex');
  const block = (tiff: Buffer): Buffer => segment(0xe1, Buffer.concat([EXIF, tiff]));

  test('is read in both byte orders, and as decoders read it in other types', () => {
    const wanted = negative(withSegments(block(orientationBlock(6))));
    expect(wanted.length).toBe(PLAIN.length + 36);
    expect(negative(withSegments(block(little)))).toEqual(wanted);
    expect(negative(withSegments(block(long)))).toEqual(wanted);
  });

  test('is that of the first block', () => {
    const two = withSegments(block(orientationBlock(3)), block(orientationBlock(6)));
    expect(negative(two)).toEqual(negative(withSegments(block(orientationBlock(3)))));
  });

  test.each<[string, Buffer]>([
    ['of 9', orientationBlock(9)],
    ['of 0', orientationBlock(0)],
    ['that is a text', ofType(2)],
    ['in what is no TIFF', Buffer.from('4d4d002b00000008000101120003000000010006000000000000', 'hex')],
    ['of many values', Buffer.from('4d4d002a00000008000101120003000080010006000000000000', 'hex')],
    ['in no directory', Buffer.from('4d4d002a000000ff', 'hex')],
    ['in a directory that goes on for ever', Buffer.from('49492a0008000000ffff', 'hex')],
    ['in nothing', Buffer.alloc(0)],
  ])('%s is none', (_, tiff) => {
    expect(negative(withSegments(block(tiff)))).toEqual(PLAIN);
  });
});

describe('of what is no picture', () => {
  test('nothing that a camera or an editor tells is left', async () => {
    const result = negative(await cameraPhoto(6)).toString('latin1');
    expect(result).not.toMatch(/Jo Owner|SN-4711|Acme|xmpmeta|secret|2024/);
  });

  test.each<[string, Buffer]>([
    ['a comment', segment(0xfe, Buffer.from('secret'))],
    ['XMP', segment(0xe1, Buffer.from('http://ns.adobe.com/xap/1.0/\0secret'))],
    ['EXIF without orientation', segment(0xe1, Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\0secret'))],
    ['a list of pictures', segment(0xe2, Buffer.from('MPF\0secret'))],
    ['Photoshop blocks', segment(0xed, Buffer.from('Photoshop 3.0\0secret'))],
    ['a JFIF extension', segment(0xe0, Buffer.from('JFXX\0secret'))],
    ['what nobody knows', segment(0xef, Buffer.from('secret'))],
  ])('%s is left out', (_, extra) => {
    expect(negative(withSegments(extra))).toEqual(PLAIN);
  });

  test('the thumbnail of a JFIF header is left out, its density is not', () => {
    const header = Buffer.from('JFIF\0\x01\x02\x01\x01\x2c\x01\x2c\x01\x01RGB', 'latin1');
    const wanted = Buffer.from('JFIF\0\x01\x02\x01\x01\x2c\x01\x2c\0\0', 'latin1');
    expect(negative(withSegments(segment(0xe0, header)))).toEqual(
      negative(withSegments(segment(0xe0, wanted))),
    );
    expect(negative(withSegments(segment(0xe0, wanted))).includes(wanted)).toBe(true);
  });

  test('a colour profile is kept, in its pieces and their order', () => {
    const profile = profileOf(ADOBE_RGB);
    const [first, second] = [profile.subarray(0, 200), profile.subarray(200)];
    const piece = (number: number, count: number, data: Buffer): Buffer =>
      segment(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0'), Buffer.from([number, count]), data]));
    const plain = plainProfile(profile) ?? Buffer.alloc(0);
    for (const sources of [
      [piece(1, 2, first), piece(2, 2, second)],
      [piece(2, 2, second), piece(1, 2, first)],
    ]) {
      const result = negative(withSegments(...sources));
      expect([plain.subarray(0, 200), plain.subarray(200)].every((part) => result.includes(part))).toBe(true);
      expect(negative(result)).toEqual(negative(negative(negative(result))));
    }
    expect(negative(withSegments(piece(1, 2, first)))).toEqual(PLAIN);
    expect(negative(withSegments(piece(1, 2, first), piece(3, 2, second)))).toEqual(PLAIN);
    expect(negative(withSegments(piece(1, 1, Buffer.from('no profile'))))).toEqual(PLAIN);
  });
});

describe('what decoders bear passes, and is not kept', () => {
  const source = drawJpeg({ ...DRAWING, restartInterval: 3 });
  const wanted = negative(source);
  const insert = (extra: string): Buffer =>
    Buffer.concat([source.subarray(0, -2), Buffer.from(extra, 'hex'), source.subarray(-2)]);

  test.each<[string, Buffer]>([
    ['bytes behind the end', Buffer.concat([source, Buffer.from('another picture')])],
    ['bytes behind the last block', insert('0102030405')],
    ['a restart marker behind the last block', insert('ffd5')],
    ['bytes that fill up before a marker', insert('ffff')],
  ])('%s', async (_, odd) => {
    await sharp(odd, { failOn: 'error' }).raw().toBuffer();
    expect(negateJpeg(odd)).toEqual(wanted);
  });
});
