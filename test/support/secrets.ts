import sharp from 'sharp';
import { ADOBE_RGB, profile } from './profiles.ts';
import { tiff } from './tiff.ts';

/** What every planted text begins with. */
export const SECRET = 'SECRET';

/** What an Exif block may tell that nobody was asked about, in four directories, with a small picture. Make and model are no secrets. */
export const EXIF = tiff(
  [
    [0x010e, 2, 'SECRET description\0'],
    [0x010f, 2, 'Acme Inc\0'],
    [0x0110, 2, 'Shot 1\0'],
    [0x0131, 2, 'SECRET software\0'],
    [0x013b, 2, 'SECRET artist\0'],
    [0x8298, 2, 'SECRET copyright\0'],
    [0x8769, 4, { directory: 1 }],
    [0x8825, 4, { directory: 2 }],
    [0x9c9d, 1, Buffer.from('SECRET author', 'utf16le')],
  ],
  'MM',
  [
    [0x9003, 2, '2024:05:06 07:08:09\0'],
    [0x927c, 7, 'SECRET notes of the maker'],
    [0x9286, 7, 'ASCII\0\0\0SECRET comment'],
    [0xa420, 2, 'SECRET unique id\0'],
    [0xa430, 2, 'SECRET owner\0'],
    [0xa431, 2, 'SECRET serial number\0'],
    [0xa435, 2, 'SECRET lens serial number\0'],
  ],
  [
    [0x001b, 7, 'ASCII\0\0\0SECRET way of knowing'],
    [0x001c, 7, 'ASCII\0\0\0SECRET area'],
    [0x001d, 2, 'SECRET day\0'],
  ],
  [[0x0201, 7, '\xff\xd8\xffSECRET thumbnail\xff\xd9']],
);

/** What editors add. */
export const XMP = Buffer.from('<x:xmpmeta xmlns:x="adobe:ns:meta/">SECRET xmp</x:xmpmeta>');
/** A colour profile as a system makes it for a display. */
export const PROFILE = profile({
  ...ADOBE_RGB,
  text: 'SECRET display of Jo',
  tags: [['mmod', Buffer.from('mmod\0\0\0\0SECRET serial of a display')]],
});
/** Photoshop's blocks, with a line of IPTC. */
export const IPTC = Buffer.concat([
  Buffer.from('8BIM\x04\x04\0\0\0\0\0\x14\x1c\x02\x50\0\x0d', 'latin1'),
  Buffer.from('SECRET byline'),
]);

/** Where a secret is in a file, in any encoding that a text may be in; unpacked profiles and texts are looked into as well. */
export async function secretsIn(file: Buffer): Promise<readonly string[]> {
  const { icc, exif, xmp, iptc, comments } = await sharp(file, { animated: true }).metadata();
  const needles = [
    Buffer.from(SECRET),
    Buffer.from(SECRET, 'utf16le'),
    Buffer.from(SECRET, 'utf16le').swap16(),
  ];
  const told = { file, icc, exif, comments: Buffer.from(JSON.stringify(comments ?? '')) };
  const found = Object.entries(told).filter(([, bytes]) => needles.some((needle) => bytes?.includes(needle)));
  return [...found.map(([where]) => where), ...(xmp ? ['xmp'] : []), ...(iptc ? ['iptc'] : [])];
}
