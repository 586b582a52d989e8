/**
 * A colour profile that says what colours mean and nothing else: the header's technical fields and the tags that a colour is
 * converted by stay where they are, all other bytes are 0. Descriptions, copyright, serial numbers of displays, dates and
 * what lies between the tags go; texts that a profile must have are empty. It keeps its length, and so do files around it.
 *
 * Undefined for what is no profile: libvips and browsers ignore it and take the picture for sRGB, so leaving it out shows the
 * same colours, while refusing a picture that everyone can see would help nobody (ICC.1:2022, 7.2 and 7.3).
 */
export function plainProfile(icc: Buffer): Buffer | undefined {
  if (icc.length < TAGS_AT || icc.length > MAX_PROFILE_BYTES || icc.toString('latin1', 36, 40) !== 'acsp')
    return undefined;
  const count = icc.readUInt32BE(COUNT_AT);
  if (count > MAX_TAGS || TAGS_AT + count * TAG_BYTES > icc.length) return undefined;

  const tags = Array.from({ length: count }, (_, index) => tagAt(icc, TAGS_AT + index * TAG_BYTES));
  const kept = tags.filter(({ name, start, end }) => isKept(name) && start >= TAGS_AT && end <= icc.length);
  if (!kept.some(({ name }) => CONVERTING.test(name))) return undefined;

  const plain = Buffer.alloc(icc.length);
  for (const [start, end] of HEADER_FIELDS) icc.copy(plain, start, start, end);
  plain.writeUInt32BE(kept.length, COUNT_AT);
  for (const [index, { at }] of kept.entries())
    icc.copy(plain, TAGS_AT + index * TAG_BYTES, at, at + TAG_BYTES);
  for (const tag of kept) if (TEXTS.has(tag.name)) emptyText(icc, plain, tag);
  for (const { name, start, end } of kept) if (!TEXTS.has(name)) icc.copy(plain, start, start, end);
  return plain;
}

/** What libpng takes of an unpacked profile, and thereby most who show a PNG. The largest in use have 3 MB. */
export const MAX_PROFILE_BYTES = 8_000_000;

/** The header, then the number of tags, then their table. */
const [COUNT_AT, TAGS_AT, TAG_BYTES] = [128, 132, 12];
/** lcms, which converts colours for libvips, reads no profile of more. */
const MAX_TAGS = 100;
/** Size; version, class and spaces; signature; rendering intent and illuminant. Not: dates, makers, models, programs, checksum. */
const HEADER_FIELDS = [
  [0, 4],
  [8, 24],
  [36, 40],
  [64, 80],
] as const;

/** One of these a profile must have: curves with or without a matrix, or tables. */
const CONVERTING = /^([rk]TRC|[AD]2B[0-3])$/;
const COLOURS = /^(wtpt|bkpt|chad|cicp|gamt|[rgb]XYZ|[rgbk]TRC|[AD]2B[0-3]|B2[AD][0-3])$/;
/** Tags that ICC.1 requires; `desc` and `cprt` are texts. */
const TEXTS = new Set(['desc', 'cprt']);

interface Tag {
  readonly name: string;
  /** Of its row in the table. */
  readonly at: number;
  readonly start: number;
  readonly end: number;
}

function tagAt(icc: Buffer, at: number): Tag {
  const start = icc.readUInt32BE(at + 4);
  return { name: icc.toString('latin1', at, at + 4), at, start, end: start + icc.readUInt32BE(at + 8) };
}

function isKept(name: string): boolean {
  return COLOURS.test(name) || TEXTS.has(name);
}

/** What follows the type in an empty text: no record of 12 bytes in `mluc` (10.15), a length of one, the closing 0, in `desc` of version 2. */
const EMPTY_TEXTS: Readonly<Record<string, readonly number[]>> = {
  text: [],
  desc: [0, 0, 0, 1],
  mluc: [0, 0, 0, 0, 0, 0, 0, 12],
};

function emptyText(icc: Buffer, plain: Buffer, { start, end }: Tag): void {
  const type = icc.toString('latin1', start, start + 4);
  const empty = EMPTY_TEXTS[type];
  if (empty && start + 8 + empty.length <= end)
    plain.set([...Buffer.from(type), 0, 0, 0, 0, ...empty], start);
}

/** The most of a profile that one segment of a JPEG holds (ICC.1:2022, B.4). */
const PIECE_BYTES = 65_519;

/** Makes the profile plain that an encoder took over as it was, wherever in its file it stands. Changes the file itself. */
export function makePlain({ icc }: { readonly icc?: Buffer | undefined }): (file: Buffer) => Buffer {
  return (file) => {
    const plain = icc && plainProfile(icc);
    for (let [at, from] = [0, 0]; plain && at < icc.length; at += PIECE_BYTES) {
      const found = file.indexOf(icc.subarray(at, at + PIECE_BYTES), from);
      if (found < 0) return file;
      from = found + plain.copy(file, found, at, at + PIECE_BYTES);
    }
    return file;
  };
}
