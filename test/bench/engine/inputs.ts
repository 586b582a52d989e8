import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { animation, photo } from '../../support/pictures.ts';

/** Widths at 16:9: 12, 24 and 48 megapixels. */
const WIDTHS = { 12: 4_608, 24: 6_528, 48: 9_216 } as const;

export type Megapixels = keyof typeof WIDTHS;

/** The photo at a size, as cameras write it: quality 92, 4:2:0, with an sRGB profile. Kept in the temporary folder between runs. */
export function jpeg(megapixels: Megapixels, { progressive = false } = {}): Promise<Buffer> {
  return kept(`${megapixels}-${progressive ? 'progressive' : 'baseline'}.jpg`, () =>
    sharp(photo())
      .resize(WIDTHS[megapixels])
      .withIccProfile('srgb')
      .jpeg({ quality: 92, progressive })
      .toBuffer(),
  );
}

export function palettePng(): Promise<Buffer> {
  return kept('palette.png', () => sharp(photo()).resize(2_000).png({ palette: true }).toBuffer());
}

export function gif(): Promise<Buffer> {
  return kept('animation.gif', () =>
    animation(12, 640, 360)
      .gif({ delay: Array.from({ length: 12 }, () => 80) })
      .toBuffer(),
  );
}

async function kept(name: string, make: () => Promise<Buffer>): Promise<Buffer> {
  const folder = join(tmpdir(), `darkroom-bench-${sharp.versions.sharp}`);
  const file = join(folder, name);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, await make());
  }
  return readFileSync(file);
}
