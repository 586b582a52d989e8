/** Up to 16 bits to write, × 32 + how many they are. */
export function token(bits: number, length: number): number {
  return (bits << 5) | length;
}

/**
 * Writes tokens as entropy-coded data, filled up with ones to whole bytes (T.81, F.1.2.3), each byte of ones followed by a zero;
 * returns where they end.
 */
export function writeTokens(tokens: Int32Array, out: Buffer, start: number): number {
  let at = start;
  let pending = 0;
  let count = 0;
  for (let place = 0; place <= tokens.length; place += 1) {
    const each = place < tokens.length ? (tokens[place] as number) : fill(count);
    pending = (pending << (each & 31)) | (each >>> 5);
    for (count += each & 31; count >= 8; count -= 8) {
      const byte = (pending >>> (count - 8)) & 0xff;
      out[at] = byte;
      out[at + 1] = 0;
      at += byte === 0xff ? 2 : 1;
    }
  }
  return at;
}

function fill(count: number): number {
  const missing = -count & 7;
  return token((1 << missing) - 1, missing);
}
