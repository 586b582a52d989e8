import { deflateSync } from 'node:zlib';
import { readChunks, writeChunks } from '../../lib/image/png-chunks.ts';
import { readWebp, writeWebp } from '../../lib/image/webp-chunks.ts';
import { animation, detail, detailWithAlpha, palettePng } from './pictures.ts';
import { EXIF, IPTC, PROFILE, XMP } from './secrets.ts';
import { tiff, withFields } from './tiff.ts';

type Plant = () => Promise<Buffer>;

/** A picture of each format and kind with secrets wherever its format has room for them. */
export const PLANTED: Readonly<Record<string, Plant>> = {
  'a JPEG': async () => jpeg(await (await detail()).jpeg().toBuffer()),
  'a progressive JPEG': async () => jpeg(await (await detail()).jpeg({ progressive: true }).toBuffer()),
  'a CMYK JPEG': async () => jpeg(await (await detail()).toColourspace('cmyk').jpeg().toBuffer()),
  'a PNG': async () => png(await (await detailWithAlpha()).png().toBuffer()),
  'a palette PNG': async () => png(palettePng()),
  'a WebP': async () => webp(await (await detail()).webp().toBuffer()),
  'a lossless WebP': async () => webp(await (await detailWithAlpha()).webp({ lossless: true }).toBuffer()),
  'an animated WebP': async () => webp(await animation().webp().toBuffer()),
  'a GIF': async () => gif(await animation().gif().toBuffer()),
  'a TIFF': async () => tif(await (await detail()).tiff({ compression: 'none' }).toBuffer()),
  'a big-endian TIFF of one pixel': async () => tiffOfAPixel(),
  'an AVIF': async () => avif(),
};

function jpeg(plain: Buffer): Buffer {
  const segments = [
    segment(0xe1, 'Exif\0\0', EXIF),
    segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', XMP),
    segment(0xe1, 'http://ns.adobe.com/xmp/extension/\0', Buffer.from('SECRET extended xmp')),
    segment(0xe2, 'ICC_PROFILE\0\x01\x01', PROFILE),
    segment(0xe2, 'MPF\0', Buffer.from('SECRET list of pictures')),
    segment(0xed, 'Photoshop 3.0\0', IPTC),
    segment(0xef, 'SECRET', Buffer.alloc(0)),
    segment(0xfe, 'SECRET comment', Buffer.alloc(0)),
  ];
  return Buffer.concat([
    plain.subarray(0, 2),
    ...segments,
    plain.subarray(2),
    Buffer.from('SECRET second picture'),
  ]);
}

function segment(marker: number, name: string, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(2 + name.length + data.length, 2);
  return Buffer.concat([head, Buffer.from(name, 'latin1'), data]);
}

function png(plain: Buffer): Buffer {
  const [header, ...rest] = readChunks(plain);
  const told = [
    { type: 'iCCP', data: Buffer.concat([Buffer.from('SECRET name\0\0'), deflateSync(PROFILE)]) },
    { type: 'eXIf', data: EXIF },
    { type: 'tEXt', data: Buffer.from('Author\0SECRET text') },
    {
      type: 'zTXt',
      data: Buffer.concat([Buffer.from('Author\0\0'), deflateSync(Buffer.from('SECRET packed'))]),
    },
    { type: 'iTXt', data: Buffer.concat([Buffer.from('XML:com.adobe.xmp\0\0\0\0\0'), XMP]) },
    { type: 'sBIT', data: Buffer.from('SECRET bits') },
    { type: 'seCr', data: Buffer.from('SECRET chunk') },
  ];
  return Buffer.concat([
    writeChunks([...(header ? [header] : []), ...told, ...rest]),
    Buffer.from('SECRET trailer'),
  ]);
}

function webp(plain: Buffer): Buffer {
  const chunks = readWebp(plain).filter(({ type }) => type !== 'VP8X');
  return sharpHeader(plain, (head) =>
    writeWebp([head, { type: 'ICCP', data: PROFILE }, ...chunks, ...WEBP_METADATA]),
  );
}

const WEBP_METADATA = [
  { type: 'EXIF', data: EXIF },
  { type: 'XMP ', data: XMP },
  { type: 'SECR', data: Buffer.from('SECRET chunk') },
];

/** With the flags of a profile, Exif and XMP beside its own. */
function sharpHeader(plain: Buffer, write: (head: { type: string; data: Buffer }) => Buffer): Buffer {
  const own = readWebp(plain).find(({ type }) => type === 'VP8X')?.data ?? VP8X_61_BY_43;
  const data = Buffer.from(own);
  data.writeUInt8(data.readUInt8() | 0x2c | (plain.includes('VP8L') ? 0x10 : 0));
  return write({ type: 'VP8X', data });
}

const VP8X_61_BY_43 = Buffer.from([0, 0, 0, 0, 60, 0, 0, 42, 0, 0]);

function gif(plain: Buffer): Buffer {
  const at = plain.indexOf(Buffer.from([0x21, 0xf9]));
  const extension = (label: number, ...blocks: readonly Buffer[]): Buffer =>
    Buffer.concat([
      Buffer.from([0x21, label]),
      ...blocks.flatMap((block) => [Buffer.from([block.length]), block]),
      Buffer.alloc(1),
    ]);
  const told = [
    extension(0xfe, Buffer.from('SECRET comment')),
    extension(0xff, Buffer.from('XMP DataXMP'), XMP),
    extension(0xff, Buffer.from('NETSCAPE2.0'), Buffer.from([1, 3, 0]), Buffer.from('SECRET buffer')),
    extension(0xff, Buffer.from('ICCRGBG1012'), PROFILE.subarray(0, 255), Buffer.from('SECRET profile')),
    extension(0xff, Buffer.from('SECRETAPP10'), Buffer.from('SECRET application')),
  ];
  return Buffer.concat([plain.subarray(0, at), ...told, plain.subarray(at), Buffer.from('SECRET trailer')]);
}

function tif(plain: Buffer): Buffer {
  return withFields(plain, [
    [270, 2, Buffer.from('SECRET description\0')],
    [305, 2, Buffer.from('SECRET software\0')],
    [315, 2, Buffer.from('SECRET artist\0')],
    [700, 1, XMP],
    [33_432, 2, Buffer.from('SECRET copyright\0')],
    [33_723, 7, Buffer.from('\x1c\x02\x50\0\x0dSECRET byline', 'latin1')],
    [34_377, 1, IPTC],
    [34_675, 7, PROFILE],
  ]);
}

/** Its directory is the first of an Exif block, so all directories of one are read with it. */
function tiffOfAPixel(): Buffer {
  return tiff(
    [
      [256, 3, 1],
      [257, 3, 1],
      [258, 3, 8],
      [259, 3, 1],
      [262, 3, 1],
      [270, 2, 'SECRET description\0'],
      [273, 4, 8],
      [277, 3, 1],
      [278, 3, 1],
      [279, 4, 1],
      [315, 2, 'SECRET artist\0'],
      [0x8769, 4, { directory: 1 }],
      [0x8825, 4, { directory: 2 }],
    ],
    'MM',
    [[0xa431, 2, 'SECRET serial number\0']],
    [[0x001d, 2, 'SECRET day\0']],
  );
}

async function avif(): Promise<Buffer> {
  const plain = (await detail()).withIccProfile('p3').withXmp(XMP.toString());
  return plain
    .withExif({
      IFD0: { Artist: 'SECRET artist' },
      IFD2: { BodySerialNumber: 'SECRET serial' },
      IFD3: { GPSDateStamp: 'SECRET day' },
    })
    .avif({ effort: 0 })
    .toBuffer();
}
