/** Writes a marker, the length of what follows it, and that; returns where it ends. */
export function writeSegment(marker: number, payload: Buffer, out: Buffer, at: number): number {
  out.writeUInt16BE(0xff00 + marker, at);
  out.writeUInt16BE(payload.length + 2, at + 2);
  return at + 4 + payload.copy(out, at + 4);
}
