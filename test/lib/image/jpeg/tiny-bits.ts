import type { Drawing, Script } from './drawings.ts';

export interface Block {
  readonly component: number;
  readonly index: number;
}

/** The bits of blocks between two restart markers, as text (T.81, F.1.2 and G.1.2). */
export function bitsOf(drawing: Drawing, scan: Script, blocks: readonly Block[]): string {
  const { start, end, high, low } = scan;
  const before = new Map<number, number>();
  const code = (symbol: number): string => {
    const [first, length] =
      symbol < 128 ? [symbol, drawing.codeLength] : [symbol + 128, drawing.codeLength + 1];
    return first.toString(2).padStart(length, '0');
  };
  let out = '';
  let run = 0;
  let corrections = '';
  const endRun = (): void => {
    const n = 31 - Math.clz32(run);
    if (run > 0) out += code(n << 4) + run.toString(2).slice(1) + corrections;
    [run, corrections] = [0, ''];
  };
  for (const { component, index } of blocks) {
    const value = (place: number): number => drawing.coefficient(component, index, place);
    if (start === 0) {
      const level = value(0) >> low;
      const difference = level - (before.get(component) ?? 0);
      before.set(component, level);
      if (high > 0) out += String(level & 1);
      else out += sizeOf(difference).toString(2).padStart(4, '0') + magnitude(difference);
    }
    let zeros = 0;
    let added = '';
    const places = Array.from({ length: 64 }, (_, place) => place).slice(Math.max(1, start), end + 1);
    const isNew = (place: number): boolean => {
      const size = Math.abs(value(place));
      return size >> low > 0 && (high === 0 || size >> high === 0);
    };
    const last = places.findLast(isNew) ?? 0;
    for (const place of places) {
      const size = Math.abs(value(place)) >> low;
      if (isNew(place)) {
        endRun();
        const sign =
          high > 0 ? Number(value(place) > 0).toString() : magnitude(Math.sign(value(place)) * size);
        out += code(zeros * 16 + sizeOf(size)) + sign + added;
        [zeros, added] = [0, ''];
      } else if (size > 0) added += String(size & 1);
      else if (++zeros === 16 && place < last) {
        endRun();
        out += code(0xf0) + added;
        [zeros, added] = [0, ''];
      }
    }
    if (places.length === 0 || last === end) continue;
    run += 1;
    corrections += added;
    if (drawing.frame !== 0xc2 || run === 0x7fff) endRun();
  }
  endRun();
  return out;
}

function sizeOf(value: number): number {
  return 32 - Math.clz32(Math.abs(value));
}

function magnitude(value: number): string {
  const size = sizeOf(value);
  return size === 0 ? '' : (value < 0 ? value + (1 << size) - 1 : value).toString(2).padStart(size, '0');
}
