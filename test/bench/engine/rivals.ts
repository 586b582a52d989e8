import sharp from 'sharp';

/** What others make of the same bytes: sharp as it is used, and as it is best used. */

/** A negative as the tutorials have it. */
export function usual(source: Buffer): Promise<Buffer> {
  return sharp(source).negate({ alpha: false }).jpeg().toBuffer();
}

/** Nothing left to gain by options: no conversion from sRGB to sRGB, no second pass over the coefficients. */
export function tuned(source: Buffer): Promise<Buffer> {
  return sharp(source, { ignoreIcc: true })
    .negate({ alpha: false })
    .jpeg({ optimiseCoding: false })
    .toBuffer();
}

/** The outputs of pipeline `default`, each from the original. */
export async function threePipelines(source: Buffer): Promise<void> {
  const inside = { fit: 'inside', withoutEnlargement: true } as const;
  await sharp(source).autoOrient().negate({ alpha: false }).jpeg({ quality: 95 }).toBuffer();
  await sharp(source).autoOrient().resize(50, 50, inside).sharpen().jpeg().toBuffer();
  await sharp(source).autoOrient().resize(1280, 1280, inside).jpeg({ quality: 90 }).toBuffer();
}

/** The outputs of pipeline `web`, by sharp's defaults. */
export async function webPipelines(source: Buffer): Promise<void> {
  for (const width of [320, 640, 1280]) await sharp(source).autoOrient().resize(width).webp().toBuffer();
  await sharp(source).autoOrient().resize(1280).avif().toBuffer();
}

/** What a bare image server does for a small picture. */
export function smallBySharp(source: Buffer): Promise<Buffer> {
  return sharp(source).autoOrient().resize(320).jpeg({ quality: 80 }).toBuffer();
}

export function pngBySharp(source: Buffer): Promise<Buffer> {
  return sharp(source).negate({ alpha: false }).png().toBuffer();
}

export function gifBySharp(source: Buffer): Promise<Buffer> {
  return sharp(source, { animated: true }).negate({ alpha: false }).gif().toBuffer();
}
