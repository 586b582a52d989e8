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

const crc64High = new Uint32Array(256);
const crc64Low = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let [high, low] = [0, byte];
  for (let bit = 0; bit < 8; bit++) {
    const odd = low & 1;
    low = ((low >>> 1) | (high << 31)) ^ (odd ? NVME_LOW : 0);
    high = (high >>> 1) ^ (odd ? NVME_HIGH : 0);
  }
  crc64High[byte] = high;
  crc64Low[byte] = low;
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

/** Continues a CRC-64 over `data`. In halves: BigInt would take fifty times as long. */
export function crc64nvme(data: Uint8Array, crc: Crc64 = { high: 0, low: 0 }): Crc64 {
  let [high, low] = [~crc.high, ~crc.low];
  for (const byte of data) {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (crc64Low[index] ?? 0);
    high = (high >>> 8) ^ (crc64High[index] ?? 0);
  }
  return { high: ~high >>> 0, low: ~low >>> 0 };
}
