/** Table-driven CRCs that `node:zlib` lacks. Both are reflected, start from all ones and end inverted. */

/** CRC-32C, Castagnoli (RFC 3720, appendix B.4), reflected polynomial. */
const CASTAGNOLI = 0x82f63b78;
/** CRC-64/NVME (NVM Express base specification, section 5.2.1.3.4), reflected polynomial, in halves. */
const NVME_HIGH = 0x9a6c9329;
const NVME_LOW = 0xac4bc9b5;

const crc32cTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ CASTAGNOLI : crc >>> 1;
  return crc;
});

/** Eight tables one behind the other: what a byte comes to that stands 0, 1 … 7 bytes before the end of a step. */
const STEP = 8;
const crc64High = new Uint32Array(256 * STEP);
const crc64Low = new Uint32Array(256 * STEP);
for (let i = 0; i < 256 * STEP; i++) {
  let [high, low] = i < 256 ? [0, i] : [at(crc64High, i - 256), at(crc64Low, i - 256)];
  for (let bit = 0; bit < 8; bit++) {
    const odd = low & 1;
    low = ((low >>> 1) | (high << 31)) ^ (odd ? NVME_LOW : 0);
    high = (high >>> 1) ^ (odd ? NVME_HIGH : 0);
  }
  crc64High[i] = high;
  crc64Low[i] = low;
}

/** Continues `crc` (0 at the start) over `data`, as `zlib.crc32` does. */
export function crc32c(data: Uint8Array, crc = 0): number {
  let value = ~crc;
  for (const byte of data) value = (value >>> 8) ^ (crc32cTable[(value ^ byte) & 0xff] ?? 0);
  return ~value >>> 0;
}

export interface Crc64 {
  readonly high: number;
  readonly low: number;
}

/**
 * Continues a CRC-64 over `data`, eight bytes a step: every upload that names no checksum of its own pays for it. In halves, since BigInt
 * would take fifty times as long.
 */
export function crc64nvme(data: Uint8Array, crc: Crc64 = { high: 0, low: 0 }): Crc64 {
  let [high, low] = [~crc.high, ~crc.low];
  const words = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const stepped = data.length - (data.length % STEP);
  for (let i = 0; i < stepped; i += STEP) {
    const a = low ^ words.getInt32(i, true);
    const b = high ^ words.getInt32(i + 4, true);
    const i7 = 1792 + (a & 0xff);
    const i6 = 1536 + ((a >>> 8) & 0xff);
    const i5 = 1280 + ((a >>> 16) & 0xff);
    const i4 = 1024 + (a >>> 24);
    const i3 = 768 + (b & 0xff);
    const i2 = 512 + ((b >>> 8) & 0xff);
    const i1 = 256 + ((b >>> 16) & 0xff);
    const i0 = b >>> 24;
    high =
      at(crc64High, i7) ^
      at(crc64High, i6) ^
      at(crc64High, i5) ^
      at(crc64High, i4) ^
      at(crc64High, i3) ^
      at(crc64High, i2) ^
      at(crc64High, i1) ^
      at(crc64High, i0);
    low =
      at(crc64Low, i7) ^
      at(crc64Low, i6) ^
      at(crc64Low, i5) ^
      at(crc64Low, i4) ^
      at(crc64Low, i3) ^
      at(crc64Low, i2) ^
      at(crc64Low, i1) ^
      at(crc64Low, i0);
  }
  for (let i = stepped; i < data.length; i++) {
    const index = (low ^ (data[i] ?? 0)) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ at(crc64Low, index);
    high = (high >>> 8) ^ at(crc64High, index);
  }
  return { high: ~high >>> 0, low: ~low >>> 0 };
}

function at(table: Uint32Array, i: number): number {
  return table[i] ?? 0;
}
