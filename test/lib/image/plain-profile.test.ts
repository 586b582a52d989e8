import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isSrgb } from '../../../lib/image/icc.ts';
import { plainProfile } from '../../../lib/image/plain-profile.ts';
import { detail } from '../../support/pictures.ts';
import { ADOBE_RGB, GREY_GAMMA_1_8, profile } from '../../support/profiles.ts';

const ADOBE = profile({ ...ADOBE_RGB, text: 'a display' });
const GREY = profile({ ...GREY_GAMMA_1_8, text: 'a scanner' });

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-profiles-'));
  await writeFile(join(folder, 'adobe'), ADOBE);
});
afterAll(() => rm(folder, { recursive: true }));

describe('a plain profile', () => {
  test('means the same colours', async () => {
    await writeFile(join(folder, 'plain'), plainProfile(ADOBE) ?? '');
    const [whole, plain] = await Promise.all(
      ['adobe', 'plain'].map(async (name) =>
        (await detail()).withIccProfile(join(folder, name)).raw().toBuffer(),
      ),
    );
    expect(plain).toEqual(whole);
    expect(plain).not.toEqual(await (await detail()).raw().toBuffer());
  });

  test('has its length, says nothing, and stays as it is when it is made plain again', () => {
    for (const whole of [ADOBE, GREY]) {
      const plain = plainProfile(whole);
      expect(plain?.length).toBe(whole.length);
      expect(plain?.toString('latin1')).not.toMatch(/display|scanner|a di|a sc/);
      expect(plainProfile(plain ?? Buffer.alloc(0))).toEqual(plain);
    }
  });

  test.each(['srgb', 'p3'])('of %s is known for what it is', async (name) => {
    const { icc = Buffer.alloc(0) } = await sharp(
      await (await detail()).withIccProfile(name).png().toBuffer(),
    ).metadata();
    expect(isSrgb(plainProfile(icc) ?? Buffer.alloc(0))).toBe(name === 'srgb');
  });

  const damaged = (at: number, value: number): Buffer => {
    const copy = Buffer.from(ADOBE);
    copy.writeUInt32BE(value, at);
    return copy;
  };

  test.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['a beginning', ADOBE.subarray(0, 131)],
    ['no signature', damaged(36, 0)],
    ['more tags than there are bytes', damaged(128, 99)],
    ['more tags than anyone reads', damaged(128, 0xffff_ffff)],
    ['no tag', damaged(128, 0)],
    ['only tags that lie behind its end', ADOBE.subarray(0, 132 + 12 * 9)],
    ['more bytes than anyone unpacks', Buffer.concat([ADOBE, Buffer.alloc(8_000_000)])],
  ])('is not made of %s', (_, bytes) => {
    expect(plainProfile(bytes)).toBeUndefined();
  });
});
