/** A reflected CRC that starts from all ones and ends inverted. */
export interface Crc {
  readonly polynomial: bigint;
  readonly bits: number;
}

interface Summed {
  readonly crc: bigint;
  /** Bytes that it covers. */
  readonly size: number;
}

/**
 * The CRC of texts joined, from theirs and their lengths: each byte that follows multiplies what came before by x⁸, modulo the
 * polynomial. So an object of many parts needs no second reading. https://github.com/madler/zlib/blob/develop/crc32.c has the proof.
 */
export function joinCrcs(crc: Crc, parts: readonly Summed[]): bigint {
  const shifts = new Map<number, bigint>();
  const squares = squaresOfX(crc);
  return parts.reduce((joined, part) => {
    const shift = shifts.get(part.size) ?? powerOfX(crc, squares, BigInt(part.size) * 8n);
    shifts.set(part.size, shift);
    return multiply(crc, shift, joined) ^ part.crc;
  }, 0n);
}

/** x to the powers 1, 2, 4, 8 …, enough for any size that a number can hold exactly. */
function squaresOfX(crc: Crc): readonly bigint[] {
  const squares = [one(crc) >> 1n];
  for (let i = 0; i < 56; i++) {
    const last = squares[i] ?? 0n;
    squares.push(multiply(crc, last, last));
  }
  return squares;
}

function powerOfX(crc: Crc, squares: readonly bigint[], exponent: bigint): bigint {
  return squares.reduce(
    (power, square, i) => ((exponent >> BigInt(i)) & 1n ? multiply(crc, power, square) : power),
    one(crc),
  );
}

/** Reflected: the highest bit is that of x⁰. */
function one({ bits }: Crc): bigint {
  return 1n << BigInt(bits - 1);
}

function multiply(crc: Crc, a: bigint, b: bigint): bigint {
  let product = 0n;
  let multiple = b;
  for (let bit = one(crc); bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= multiple;
    multiple = multiple & 1n ? (multiple >> 1n) ^ crc.polynomial : multiple >> 1n;
  }
  return product;
}
