import { animation, cameraPhoto, detail, detailWithAlpha, palettePng } from '../support/pictures.ts';

/** 30 small pictures of every kind that the engine reads: what is damaged. */
export async function seeds(): Promise<readonly Buffer[]> {
  const [plain, alpha] = [await detail(), await detailWithAlpha()];
  const jpeg = (options: object) => plain.clone().jpeg(options).toBuffer();
  const png = (options: object) => alpha.clone().png(options).toBuffer();
  const tiff = (options: object) => plain.clone().tiff(options).toBuffer();
  return Promise.all([
    ...[
      {},
      { quality: 30 },
      { quality: 100, chromaSubsampling: '4:4:4' },
      { progressive: true },
      { mozjpeg: true },
    ].map(jpeg),
    plain.clone().toColourspace('b-w').jpeg().toBuffer(),
    plain.clone().toColourspace('cmyk').jpeg().toBuffer(),
    plain.clone().withIccProfile('p3').jpeg({ progressive: true }).toBuffer(),
    ...[1, 6, 8].map((orientation) => cameraPhoto(orientation)),
    ...[
      {},
      { progressive: true },
      { palette: true },
      { compressionLevel: 0 },
      { adaptiveFiltering: true },
    ].map(png),
    plain.clone().toColourspace('rgb16').png().toBuffer(),
    plain.clone().toColourspace('b-w').png().toBuffer(),
    palettePng(),
    ...[{}, { lossless: true }, { nearLossless: true }].map((options) =>
      alpha.clone().webp(options).toBuffer(),
    ),
    animation()
      .webp({ delay: [50, 60, 70, 80] })
      .toBuffer(),
    animation()
      .gif({ delay: [50, 60, 70, 80] })
      .toBuffer(),
    plain.clone().gif().toBuffer(),
    ...[
      { compression: 'lzw' },
      { compression: 'deflate', predictor: 'horizontal' },
      { compression: 'none' },
    ].map(tiff),
    plain.clone().avif({ effort: 0 }).toBuffer(),
    plain.clone().avif({ effort: 0, lossless: true }).toBuffer(),
  ]);
}
