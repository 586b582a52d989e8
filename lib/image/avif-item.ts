/** A box of an ISO base media file (ISO/IEC 14496-12, 4.2); `data` comes after its head. */
interface Box {
  readonly type: string;
  readonly data: Buffer;
}

/**
 * The coded bytes of the picture that an AVIF shows (the primary item, ISO/IEC 14496-12, 8.11.3 and 8.11.4); undefined where
 * they are put together from several items, as in a grid. Throws RangeError for a file that is no AVIF.
 */
export function primaryItem(avif: Buffer): Buffer | undefined {
  const meta = boxesOf(avif).find(({ type }) => type === 'meta');
  const inside = meta ? boxesOf(meta.data.subarray(FULL_HEAD)) : [];
  const [primary, locations] = ['pitm', 'iloc'].map((type) => inside.find((box) => box.type === type)?.data);
  if (!primary || !locations) return undefined;
  const id = primary[0] === 0 ? primary.readUInt16BE(4) : primary.readUInt32BE(4);
  const place = placeOf(locations, id);
  return place && avif.subarray(place.start, place.start + place.length);
}

/** Version and flags. */
const FULL_HEAD = 4;

function boxesOf(bytes: Buffer): readonly Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const [size, head] = sizeAt(bytes, at);
    boxes.push({
      type: bytes.toString('latin1', at + 4, at + 8),
      data: bytes.subarray(at + head, at + size),
    });
    at += Math.max(size, head);
  }
  return boxes;
}

function sizeAt(bytes: Buffer, at: number): readonly [size: number, head: number] {
  const size = bytes.readUInt32BE(at);
  if (size === 1) return [Number(bytes.readBigUInt64BE(at + 8)), 16];
  return [size || bytes.length - at, 8];
}

/** Where an item of one piece lies in the file itself. */
function placeOf(iloc: Buffer, id: number): { readonly start: number; readonly length: number } | undefined {
  let at = FULL_HEAD;
  const read = (bytes: number): number => {
    at += bytes;
    return bytes ? iloc.readUIntBE(at - bytes, bytes) : 0;
  };
  const [version, sizes] = [iloc.readUInt8(0), read(2)];
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version > 0 ? sizes & 15 : 0;
  for (let left = read(version < 2 ? 2 : 4); left > 0; left -= 1) {
    const item = read(version < 2 ? 2 : 4);
    const method = version > 0 ? read(2) & 15 : 0;
    at += 2;
    const base = read(baseBytes);
    const extents = Array.from({ length: read(2) }, () => {
      at += indexBytes;
      return { start: base + read(offsetBytes), length: read(lengthBytes) };
    });
    if (item === id) return method === 0 && extents.length === 1 ? extents[0] : undefined;
  }
  return undefined;
}
