import type { Drawing, Script } from './drawings.ts';
import { type Block, bitsOf } from './tiny-bits.ts';

/** Writes it as T.81 has it, bit by bit as text: for pictures of some blocks. */
export function drawJpeg(drawing: Drawing): Buffer {
  const { width, height, sampling, frame, scans, restartInterval, dcSizes, codeLength } = drawing;
  const size = Buffer.alloc(4);
  size.writeUInt16BE(height, 0);
  size.writeUInt16BE(width, 2);
  const factors = sampling.flatMap(([across, down], index) => [index + 1, across * 16 + down, 0]);
  const acLengths = Array.from({ length: 16 }, (_, at) =>
    at === codeLength - 1 || at === codeLength ? 128 : 0,
  );
  return Buffer.concat([
    Buffer.from('ffd8', 'hex'),
    segment(0xdb, [0, ...new Array<number>(64).fill(1)]),
    segment(frame, [8, ...size, sampling.length, ...factors]),
    segment(0xc4, [0, 0, 0, 0, dcSizes, ...new Array<number>(12).fill(0), ...Array(dcSizes).keys()]),
    segment(0xc4, [0x10, ...acLengths, ...Array(256).keys()]),
    segment(0xdd, [restartInterval >> 8, restartInterval & 255]),
    ...scans.map((scan) => scanOf(drawing, scan)),
    Buffer.from('ffd9', 'hex'),
  ]);
}

function segment(marker: number, payload: readonly number[]): Buffer {
  const length = payload.length + 2;
  return Buffer.from([0xff, marker, length >> 8, length & 255, ...payload]);
}

function scanOf(drawing: Drawing, scan: Script): Buffer {
  const selectors = scan.components.flatMap((component) => [component + 1, 0]);
  const band = [scan.start, scan.end, scan.high * 16 + scan.low];
  const mcus = mcusOf(drawing, scan);
  const step = drawing.restartInterval || mcus.length;
  const intervals = Array.from({ length: Math.ceil(mcus.length / step) }, (_, index) => [
    ...(index > 0 ? [Buffer.from([0xff, 0xd0 + ((index - 1) & 7)])] : []),
    packed(bitsOf(drawing, scan, mcus.slice(index * step, (index + 1) * step).flat())),
  ]);
  const header = segment(0xda, [scan.components.length, ...selectors, ...band]);
  return Buffer.concat([header, ...intervals.flat()]);
}

function packed(bits: string): Buffer {
  const bytes = bits.match(/.{1,8}/g) ?? [];
  return Buffer.from(
    bytes.flatMap((byte) =>
      byte.padEnd(8, '1') === '11111111' ? [255, 0] : [parseInt(byte.padEnd(8, '1'), 2)],
    ),
  );
}

/** The blocks of each MCU in their order. A block has the same index in scans of one component and of all. */
function mcusOf({ width, height, sampling }: Drawing, { components }: Script): readonly (readonly Block[])[] {
  const [maxAcross, maxDown] = [0, 1].map((axis) =>
    Math.max(...sampling.map((factors) => factors[axis] ?? 0)),
  );
  const frameWide = Math.ceil(width / (8 * (maxAcross ?? 1)));
  const frameHigh = Math.ceil(height / (8 * (maxDown ?? 1)));
  const isAlone = components.length === 1;
  const [across, down] = sampling[components[0] ?? 0] ?? [1, 1];
  const wide = isAlone ? Math.ceil(Math.ceil((width * across) / (maxAcross ?? 1)) / 8) : frameWide;
  const high = isAlone ? Math.ceil(Math.ceil((height * down) / (maxDown ?? 1)) / 8) : frameHigh;
  return Array.from({ length: wide * high }, (_, mcu) =>
    components.flatMap((component) => {
      const [h, v] = (isAlone ? undefined : sampling[component]) ?? [1, 1];
      const stride = frameWide * (sampling[component]?.[0] ?? 1);
      return Array.from({ length: h * v }, (_, at) => {
        const row = Math.floor(mcu / wide) * v + Math.floor(at / h);
        return { component, index: row * stride + (mcu % wide) * h + (at % h) };
      });
    }),
  );
}
