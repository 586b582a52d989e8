/** A field of a number, of bytes or text, or of the position of another directory of the same file. */
export type TiffField = readonly [tag: number, type: number, value: number | string | Buffer | Link];

/** The number of a directory, from 0. */
interface Link {
  readonly directory: number;
}

const ENTRY_BYTES = 12;
const SHORT = 3;
const RATIONAL = 5;

/** A TIFF of one directory, or of many of which only the first is reached by itself, and no pixels: as Exif blocks are (TIFF 6.0, section 2). */
export function tiff(
  first: readonly TiffField[],
  order: 'II' | 'MM' = 'MM',
  ...others: (readonly TiffField[])[]
): Buffer {
  const all = [first, ...others];
  const starts = all.map(
    (_, index) => 8 + all.slice(0, index).reduce((sum, fields) => sum + directoryBytes(fields), 0),
  );
  const values: Buffer[] = [];
  let end = 8 + all.reduce((sum, fields) => sum + directoryBytes(fields), 0);
  const head = Buffer.alloc(end);
  const write = (value: number, at: number, bytes: number): number =>
    order === 'II' ? head.writeUIntLE(value, at, bytes) : head.writeUIntBE(value, at, bytes);

  const place = (value: TiffField[2], type: number, at: number): void => {
    const isNumber = typeof value === 'number';
    const bytes = typeof value === 'string' || Buffer.isBuffer(value) ? Buffer.from(value) : undefined;
    write((bytes?.length ?? 1) / (type === RATIONAL ? 8 : 1), at - 4, 4);
    if (bytes) {
      write(end, at, 4);
      values.push(bytes);
      end += bytes.length;
    } else write(isNumber ? value : (starts[(value as Link).directory] ?? 0), at, type === SHORT ? 2 : 4);
  };

  head.write(order);
  write(42, 2, 2);
  write(8, 4, 4);
  for (const [index, fields] of all.entries()) {
    const start = starts[index] ?? 0;
    write(fields.length, start, 2);
    for (const [row, [tag, type, value]] of fields.entries()) {
      const at = start + 2 + row * ENTRY_BYTES;
      write(tag, at, 2);
      write(type, at + 2, 2);
      place(value, type, at + 8);
    }
  }
  return Buffer.concat([head, ...values]);
}

/** With the number of fields before and the position of the next directory, which is none, behind. */
function directoryBytes(fields: readonly TiffField[]): number {
  return 2 + fields.length * ENTRY_BYTES + 4;
}

/** A TIFF as libvips writes it, of one page, with more fields in its directory, which moves to the end. */
export function withFields(
  source: Buffer,
  extra: readonly (readonly [tag: number, type: number, value: Buffer])[],
): Buffer {
  const start = source.readUInt32LE(4);
  const count = source.readUInt16LE(start);
  const rows = Array.from({ length: count }, (_, row) =>
    source.subarray(start + 2 + row * ENTRY_BYTES, start + 2 + (row + 1) * ENTRY_BYTES),
  );
  const parts = [source, ...extra.map(([, , value]) => value)];
  let end = source.length;
  const added = extra.map(([tag, type, value]) => {
    const row = Buffer.alloc(ENTRY_BYTES);
    row.writeUInt16LE(tag, 0);
    row.writeUInt16LE(type, 2);
    row.writeUInt32LE(value.length, 4);
    row.writeUInt32LE(end, 8);
    end += value.length;
    return row;
  });
  const sorted = [...rows, ...added].sort((a, b) => a.readUInt16LE(0) - b.readUInt16LE(0));
  const head = Buffer.alloc(2);
  head.writeUInt16LE(sorted.length);
  const file = Buffer.concat([...parts, head, ...sorted, Buffer.alloc(4)]);
  file.writeUInt32LE(end, 4);
  return file;
}
