/**
 * Whether an ICC profile is sRGB by its numbers, whatever its name: then converting to sRGB changes no pixel and costs
 * half a render. Colorants and curves are compared, the latter at steps of 1/16 (ICC.1:2022, 8.3.3, 10.6 and 10.18).
 */
export function isSrgb(profile: Buffer): boolean {
  try {
    const view = tagsOf(profile);
    const matrix = profile.toString('latin1', 12, 20) === 'mntrRGB ' && !view.has('A2B0');
    return (
      matrix &&
      Object.entries(COLORANTS).every(([name, xyz]) =>
        isNear(readXyz(view.get(name)), xyz, TOLERANCE.colorant),
      ) &&
      isCurved(view)
    );
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The primaries of sRGB, adapted to D50 (IEC 61966-2-1 by the Bradford transform). */
const COLORANTS = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
} as const;

/** What profiles in use differ by from each other and what is below half a level of eight bits, for colorants and for curves. */
const TOLERANCE = { colorant: 0.0015, curve: 0.0002 };

function tagsOf(profile: Buffer): ReadonlyMap<string, Buffer> {
  const count = Math.min(profile.readUInt32BE(128), 100);
  const at = Array.from({ length: count }, (_, index) => 132 + index * 12);
  return new Map(
    at.map((tag) => {
      const start = profile.readUInt32BE(tag + 4);
      return [
        profile.toString('latin1', tag, tag + 4),
        profile.subarray(start, start + profile.readUInt32BE(tag + 8)),
      ];
    }),
  );
}

const EMPTY: Buffer = Buffer.alloc(0);

function readXyz(tag = EMPTY): readonly number[] {
  return [8, 12, 16].map((at) => fixed(tag, at));
}

function fixed(tag: Buffer, at: number): number {
  return tag.readInt32BE(at) / 65_536;
}

function isNear(found: readonly number[], wanted: readonly number[], tolerance: number): boolean {
  return wanted.every((value, index) => Math.abs((found[index] ?? 2) - value) < tolerance);
}

function isCurved(tags: ReadonlyMap<string, Buffer>): boolean {
  const steps = Array.from({ length: 17 }, (_, step) => step / 16);
  const curves = ['rTRC', 'gTRC', 'bTRC'].map((name) => curveOf(tags.get(name)));
  return curves.every((curve) => isNear(steps.map(curve), steps.map(SRGB_CURVE), TOLERANCE.curve));
}

const SRGB_CURVE = (x: number): number => (x < 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);

function curveOf(tag = EMPTY): (x: number) => number {
  const type = tag.toString('latin1', 0, 4);
  if (type === 'para' && tag.readUInt16BE(8) === 3) {
    const [g, a, b, c, d] = [12, 16, 20, 24, 28].map((at) => fixed(tag, at)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return (x) => (x < d ? c * x : (a * x + b) ** g);
  }
  const last = type === 'curv' ? tag.readUInt32BE(8) - 1 : 0;
  // A curve of one entry is a bare gamma, and sRGB's is none.
  return last > 0 ? (x) => sample(tag, x * last) : () => 2;
}

function sample(tag: Buffer, at: number): number {
  const [low, high] = [Math.floor(at), Math.ceil(at)].map(
    (entry) => tag.readUInt16BE(12 + entry * 2) / 65_535,
  ) as [number, number];
  return low + (high - low) * (at - Math.floor(at));
}
