import { joinPages } from '../../lib/image/tiff-pages.ts';
import {
  animatedPng,
  animation,
  cameraPhoto,
  detail,
  detailWithAlpha,
  palettePng,
  png,
  rows,
} from '../support/pictures.ts';
import { PLANTED } from '../support/planted.ts';
import { ADOBE_RGB, profile } from '../support/profiles.ts';
import { EXIF } from '../support/secrets.ts';

/** Small files of every kind that the engine and its parsers read: what is damaged. */
export async function seeds(): Promise<readonly Buffer[]> {
  const kinds = await Promise.all([...jpegs(), ...pngs(), ...webps(), ...gifs(), ...tiffs(), ...avifs()]);
  const planted = await Promise.all(Object.values(PLANTED).map((plant) => plant()));
  return [...kinds, ...planted, EXIF, profile(ADOBE_RGB)];
}

type Seeds = readonly (Promise<Buffer> | Buffer)[];

function jpegs(): Seeds {
  const options = [
    {},
    { quality: 30 },
    { quality: 100, chromaSubsampling: '4:4:4' },
    { progressive: true },
    { mozjpeg: true },
  ];
  return [
    ...options.map(async (how) => (await detail()).jpeg(how).toBuffer()),
    detail().then((plain) => plain.toColourspace('b-w').jpeg().toBuffer()),
    detail().then((plain) => plain.toColourspace('cmyk').jpeg().toBuffer()),
    detail().then((plain) => plain.withIccProfile('p3').jpeg({ progressive: true }).toBuffer()),
    ...[1, 6, 8].map((orientation) => cameraPhoto(orientation)),
  ];
}

function pngs(): Seeds {
  const options = [
    {},
    { progressive: true },
    { palette: true },
    { compressionLevel: 0 },
    { adaptiveFiltering: true },
  ];
  return [
    ...options.map(async (how) => (await detailWithAlpha()).png(how).toBuffer()),
    detail().then((plain) => plain.toColourspace('rgb16').png().toBuffer()),
    detail().then((plain) => plain.toColourspace('b-w').png().toBuffer()),
    png({ width: 13, height: 7, depth: 1, colourType: 0, rows: rows(7, 2) }),
    png({
      width: 9,
      height: 7,
      depth: 16,
      colourType: 4,
      rows: rows(7, 36),
      chunks: [['bKGD', Buffer.alloc(2)]],
    }),
    palettePng(),
    animatedPng(),
  ];
}

function webps(): Seeds {
  const options = [{}, { lossless: true }, { nearLossless: true }];
  return [
    ...options.map(async (how) => (await detailWithAlpha()).webp(how).toBuffer()),
    ...[{}, { lossless: true }].map((how) =>
      animation()
        .webp({ ...how, delay: [50, 60, 70, 80] })
        .toBuffer(),
    ),
  ];
}

function gifs(): Seeds {
  return [
    animation()
      .gif({ delay: [50, 60, 70, 80], loop: 3 })
      .toBuffer(),
    detail().then((plain) => plain.gif().toBuffer()),
  ];
}

function tiffs(): Seeds {
  const options = [
    { compression: 'lzw' },
    { compression: 'deflate', predictor: 'horizontal' },
    { compression: 'none', tile: true },
    { compression: 'jpeg' },
  ] as const;
  return [
    ...options.map(async (how) => (await detail()).tiff(how).toBuffer()),
    detail().then((plain) => plain.toColourspace('cmyk').tiff().toBuffer()),
    detail().then((plain) =>
      plain.toColourspace('b-w').tiff({ compression: 'ccittfax4', bitdepth: 1 }).toBuffer(),
    ),
    Promise.all(
      [20, 30].map(async (side) => (await detail(side, 20)).tiff({ compression: 'deflate' }).toBuffer()),
    ).then(joinPages),
  ];
}

function avifs(): Seeds {
  const options = [{}, { lossless: true }, { bitdepth: 10 }] as const;
  return options.map(async (how) => (await detailWithAlpha()).avif({ ...how, effort: 0 }).toBuffer());
}
