/** How the samples of a PNG lie in its rows. */
export interface Layout {
  /** Bits of one pixel, all channels together. */
  readonly pixelBits: number;
  /** What is exclusive-ored with the bytes of a pixel to negate it; one byte for pixels smaller than a byte. */
  readonly mask: Uint8Array;
}

export interface Pass {
  readonly rows: number;
  /** Bytes of a row without its filter byte. */
  readonly rowBytes: number;
}

/** The seven passes of Adam7: first column and row, and the steps between them (PNG 3rd edition, 8.1). */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** The passes in which the pixels of a frame are stored, those without pixels left out. */
export function passesOf(
  width: number,
  height: number,
  pixelBits: number,
  interlaced: boolean,
): readonly Pass[] {
  const grid = interlaced ? ADAM7 : ([[0, 0, 1, 1]] as const);
  return grid
    .map(([x, y, stepX, stepY]) => ({
      rows: Math.ceil((height - y) / stepY),
      rowBytes: Math.ceil((Math.ceil((width - x) / stepX) * pixelBits) / 8),
    }))
    .filter(({ rows, rowBytes }) => rows > 0 && rowBytes > 0);
}

/**
 * Negates filtered rows in place, keeping the filter of each: so what an encoder found best stays so. Returns false if a row
 * names a filter that there is not.
 */
export function negateRows(data: Buffer, passes: readonly Pass[], { pixelBits, mask }: Layout): boolean {
  const back = Math.max(1, pixelBits / 8);
  let at = 0;
  for (const { rows, rowBytes } of passes) {
    // Each row begins with a pixel of zeros, the neighbour of the first.
    let [above, row, newAbove, newRow] = Array.from({ length: 4 }, () => new Uint8Array(back + rowBytes)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    for (let y = 0; y < rows; y += 1) {
      const filter = data[at] ?? 5;
      if (filter > 4) return false;
      at += 1;
      for (let i = back, m = 0; i < row.length; i += 1, at += 1) {
        const value = ((data[at] as number) + predict(filter, row, above, i, back)) & 255;
        row[i] = value;
        newRow[i] = value ^ (mask[m] as number);
        m = m + 1 === mask.length ? 0 : m + 1;
        data[at] = (newRow[i] as number) - predict(filter, newRow, newAbove, i, back);
      }
      [above, row, newAbove, newRow] = [row, above, newRow, newAbove];
    }
  }
  return true;
}

/** Whether each row names a filter that there is. */
export function hasFilters(data: Buffer, passes: readonly Pass[]): boolean {
  let at = 0;
  for (const { rows, rowBytes } of passes)
    for (const end = at + rows * (rowBytes + 1); at < end; at += rowBytes + 1)
      if ((data[at] ?? 5) > 4) return false;
  return true;
}

/** What a filter expects of a byte from its left, upper and upper left neighbour (PNG 3rd edition, 9.2 to 9.4). */
function predict(filter: number, row: Uint8Array, above: Uint8Array, i: number, back: number): number {
  if (filter === 0) return 0;
  const left = row[i - back] as number;
  if (filter === 1) return left;
  const up = above[i] as number;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const corner = above[i - back] as number;
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
