/** Which coefficients of each block of a component are not zero: two words of 32 a block, the first coefficient in the highest bit. */
export type History = Int32Array;

export function historyFor(blocks: number): History {
  return new Int32Array(2 * blocks);
}

export function note(history: History, block: number, place: number): void {
  const word = 2 * block + (place >> 5);
  history[word] = (history[word] as number) | (0x80000000 >>> (place & 31));
}

/** The bits of coefficients `start` to `end` that lie in the word of coefficients `first` to `first` + 31. */
export function maskOf(start: number, end: number, first: 0 | 32): number {
  return onesFrom(start - first) & ~onesFrom(end + 1 - first);
}

function onesFrom(place: number): number {
  if (place <= 0) return -1;
  return place >= 32 ? 0 : -1 >>> place;
}

/** How many bits of a word are set. */
export function countBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
