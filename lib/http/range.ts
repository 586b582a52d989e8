export interface ByteRange {
  /** Both inclusive. */
  readonly first: number;
  readonly last: number;
}

/**
 * The one range that a `Range` header asks for of a body of `size` bytes (RFC 9110 §14.1.2). Undefined asks for the whole: no header,
 * another unit, nonsense, or more than one range, which a server may answer so.
 */
export function parseRange(
  header: string | undefined,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/i.exec(header?.trim() ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first === '') return within(Math.max(0, size - Number(last)), size - 1, size, Number(last) > 0);
  if (last !== '' && Number(last) < Number(first)) return undefined;
  return within(Number(first), last === '' ? size - 1 : Math.min(Number(last), size - 1), size, true);
}

function within(first: number, last: number, size: number, isAny: boolean): ByteRange | 'unsatisfiable' {
  return isAny && first < size ? { first, last } : 'unsatisfiable';
}
