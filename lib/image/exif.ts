import readExif from 'exif-reader';

/** What a directory of an Exif block says, by the names of its fields: texts, numbers, lists of them, Dates, or bytes. */
export type ExifFields = Readonly<Record<string, unknown>>;

export interface ExifDirectories {
  /** Of the picture and the camera. */
  readonly image: ExifFields;
  /** Of the shot. */
  readonly photo: ExifFields;
  /** Of the place. */
  readonly gps: ExifFields;
}

/**
 * The fields of an Exif block, such as libvips hands it over; empty ones for what cannot be read, or only at a price: see
 * `isHonest`. Fields that Exif does not name are left out.
 */
export function readDirectories(exif: Buffer): ExifDirectories {
  try {
    const block = exif.indexOf(HEAD) === 0 ? exif.subarray(HEAD.length) : exif;
    if (!isHonest(block)) return NOTHING;
    const { Image, Photo, GPSInfo } = readExif(block);
    return { image: named(Image), photo: named(Photo), gps: named(GPSInfo) };
  } catch {
    // The library throws plain errors at what it does not know; a block that cannot be read says nothing.
    return NOTHING;
  }
}

const NOTHING: ExifDirectories = { image: {}, photo: {}, gps: {} };
/** What a block begins with in a JPEG (Exif 3.0, 4.7.2). */
const HEAD = Buffer.from('Exif\0\0');

function named(fields: ExifFields | null | undefined): ExifFields {
  return Object.fromEntries(Object.entries(fields ?? {}).filter(([name]) => !/^\d/.test(name)));
}

/** A JPEG has room for 64 KiB, and other formats for what a maker may add to it. */
const MAX_BYTES = 1_048_576;
const ENTRY_BYTES = 12;
/** Bytes of a value by type of field (TIFF 6.0, section 2); those of type 7 are taken as they lie, whatever their number. */
const VALUE_BYTES = [0, 1, 1, 2, 4, 8, 1, 0, 2, 4, 8];
const LONG = 4;
/** Fields that say where a directory begins: of the shot, of the place, of interoperability. */
const DIRECTORIES = new Set([0x8769, 0x8825, 0xa005]);

/**
 * Whether the directories and values of a block have room in it beside each other. Where thousands of fields point to the
 * same values, or directories to each other, the library takes 20 s for 64 KiB. Throws RangeError behind the end.
 */
function isHonest(block: Buffer): boolean {
  if (block.length > MAX_BYTES) return false;
  const isLittle = block.toString('latin1', 0, 2) === 'II';
  const read = (at: number, bytes: number): number =>
    isLittle ? block.readUIntLE(at, bytes) : block.readUIntBE(at, bytes);

  const directories = [read(4, 4)];
  let left = block.length;
  // It grows while it is walked; each directory takes of what is left, so circles end.
  for (const directory of directories) {
    if (directory === 0) continue;
    const end = directory + 2 + read(directory, 2) * ENTRY_BYTES;
    left -= end - directory;
    for (let at = directory + 2; at < end && left >= 0; at += ENTRY_BYTES) {
      const [tag, type, count] = [read(at, 2), read(at + 2, 2), read(at + 4, 4)];
      const bytes = count * (VALUE_BYTES[type] ?? 0);
      left -= bytes > 4 ? bytes : 0;
      if (!DIRECTORIES.has(tag)) continue;
      if (type !== LONG || count !== 1) return false;
      directories.push(read(at + 8, 4));
    }
    if (left < 0) return false;
    // Behind the first comes the position of the thumbnail's, or nothing.
    if (directory === directories[0] && end + 4 <= block.length) directories.push(read(end, 4));
  }
  return true;
}
