/** A TIFF header, one directory with one entry, and nothing behind it: 26 bytes (Exif 3.0, 4.6.2). */
const BLOCK = Buffer.from('4d4d002a00000008000101120003000000010000000000000000', 'hex');
const VALUE_AT = 18;

/** EXIF data that say how to turn the picture (1 to 8) and nothing else. */
export function orientationBlock(orientation: number): Buffer {
  const block = Buffer.from(BLOCK);
  block.writeUInt16BE(orientation, VALUE_AT);
  return block;
}
