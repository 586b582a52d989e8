/** Where a small content lies: so many bytes of a segment. It is the content's name, too. */
export interface Place {
  readonly segment: number;
  readonly offset: number;
  readonly length: number;
}

const DIGITS = 8;
const FORM = /^([0-9a-f]{8})-([0-9a-f]{8})-([0-9a-f]{1,8})$/;

/** As rows hold it: hex digits, so that names sort by segment and offset. */
export function printPlace({ segment, offset, length }: Place): string {
  return `${segmentName(segment)}-${hex(offset)}-${length.toString(16)}`;
}

/** Undefined for the name of a content that has a file of its own. */
export function readPlace(name: string): Place | undefined {
  const [, segment, offset, length] = FORM.exec(name) ?? [];
  if (segment === undefined || offset === undefined || length === undefined) return undefined;
  return { segment: fromHex(segment), offset: fromHex(offset), length: fromHex(length) };
}

export function segmentName(segment: number): string {
  return hex(segment);
}

/** The names of all contents of a segment are from the first to before the second: `.` follows `-`. */
export function namesWithin(segment: number): readonly [from: string, to: string] {
  return [`${segmentName(segment)}-`, `${segmentName(segment)}.`];
}

function hex(value: number): string {
  return value.toString(16).padStart(DIGITS, '0');
}

function fromHex(digits: string): number {
  return Number.parseInt(digits, 16);
}
