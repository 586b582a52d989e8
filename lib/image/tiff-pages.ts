/** Bytes of one value of each field type (TIFF 6.0, section 2, and the 8-byte types of BigTIFF, which libvips leaves out). */
const VALUE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
/** Fields whose values are themselves positions in the file: of strips and of tiles. */
const OFFSET_FIELDS = new Set([273, 324]);
const LONG = 4;
const ENTRY_BYTES = 12;

/**
 * One TIFF of several, each of one page, little-endian and as libvips writes it: laid one behind the other, with all
 * positions moved and each directory pointing to the next.
 */
export function joinPages(pages: readonly Buffer[]): Buffer {
  const padded = pages.map((page) => (page.length % 2 ? Buffer.concat([page, Buffer.alloc(1)]) : page));
  const joined = Buffer.concat(padded);
  let link = 4;
  let base = 0;
  for (const page of padded) {
    const directory = base + page.readUInt32LE(4);
    joined.writeUInt32LE(directory, link);
    link = moveDirectory(joined, directory, base);
    base += page.length;
  }
  return joined;
}

/** Moves the positions in a directory by `base`; gives back where its link to the next one lies. */
function moveDirectory(file: Buffer, directory: number, base: number): number {
  const count = file.readUInt16LE(directory);
  for (let index = 0; index < count; index += 1) moveEntry(file, directory + 2 + index * ENTRY_BYTES, base);
  return directory + 2 + count * ENTRY_BYTES;
}

function moveEntry(file: Buffer, entry: number, base: number): void {
  const [tag, type, count] = [
    file.readUInt16LE(entry),
    file.readUInt16LE(entry + 2),
    file.readUInt32LE(entry + 4),
  ];
  const isElsewhere = count * (VALUE_BYTES[type] ?? 0) > 4;
  const values = isElsewhere ? base + file.readUInt32LE(entry + 8) : entry + 8;
  if (isElsewhere) file.writeUInt32LE(values, entry + 8);
  if (!OFFSET_FIELDS.has(tag) || type !== LONG) return;
  for (let at = values; at < values + count * 4; at += 4)
    file.writeUInt32LE(file.readUInt32LE(at) + base, at);
}
