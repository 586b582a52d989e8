/** A JPEG to be made from coefficients, so that a test knows each of them. Grey if there is one component. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** By component: blocks in an MCU across and down. */
  readonly sampling: readonly (readonly [across: number, down: number])[];
  /** Start of frame: 0xc0, 0xc1 or 0xc2. */
  readonly frame: number;
  readonly scans: readonly Script[];
  /** MCUs between restart markers, 0 for none. */
  readonly restartInterval: number;
  /** Sizes of differences of DC that have a code: 12 are all. */
  readonly dcSizes: number;
  /** Length of the shortest codes of AC; the longest are one longer. */
  readonly codeLength: 8 | 15;
  /** The coefficient at a place (0 to 63, zigzag) of a block. */
  readonly coefficient: (component: number, block: number, place: number) => number;
}

export interface Script {
  readonly components: readonly number[];
  readonly start: number;
  readonly end: number;
  readonly high: number;
  readonly low: number;
}

/** Numbers that follow from a seed, below a bound. */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return ((state >>> 8) ^ (state >>> 20)) % below;
  };
}

/** Coefficients that follow from a seed: `density` of 256 are not zero, small ones mostly. */
export function coefficients(seed: number, density: number): Drawing['coefficient'] {
  return (component, block, place) => {
    const random = seeded(seed + component * 1_000_003 + block * 10_007 + place * 101);
    if (random(256) >= density && place > 0) return 0;
    const most = place === 0 ? 1_000 : ([1, 1, 2, 3, 9, 1_000][random(6)] ?? 1);
    return random(2 * most + 1) - most;
  };
}

const SEQUENTIAL: readonly Script[] = [{ components: [0, 1, 2], start: 0, end: 63, high: 0, low: 0 }];

const LIBJPEG: readonly Script[] = [
  ...[dc(0, 1, 0, 1, 2), ac(0, 1, 5, 0, 2), ac(2, 1, 63, 0, 1), ac(1, 1, 63, 0, 1), ac(0, 6, 63, 0, 2)],
  ...[ac(0, 1, 63, 2, 1), dc(1, 0, 0, 1, 2), ac(2, 1, 63, 1, 0), ac(1, 1, 63, 1, 0), ac(0, 1, 63, 1, 0)],
];

const STEPS: readonly Script[] = [
  ...[
    dc(0, 3, 0),
    dc(0, 3, 1, 2),
    ac(0, 1, 1, 0, 3),
    ac(0, 2, 31, 0, 2),
    ac(0, 32, 33, 0, 0),
    ac(0, 34, 63, 0, 0),
  ],
  ...[dc(3, 2, 0, 1, 2), ac(1, 1, 63, 0, 3), ac(0, 1, 1, 3, 2), ac(0, 1, 31, 2, 1), ac(1, 1, 63, 3, 2)],
  ...[dc(2, 1, 0, 2), dc(2, 1, 1), dc(1, 0, 1), ac(0, 1, 31, 1, 0), ac(1, 1, 40, 2, 1), ac(1, 1, 40, 1, 0)],
  dc(1, 0, 0, 2),
];

/** Ways to spread a picture of three components over scans, and the frames that have them. */
export const SCANS: readonly (readonly [
  name: string,
  drawing: Pick<Drawing, 'frame' | 'scans'> & Partial<Drawing>,
])[] = [
  ['baseline', { frame: 0xc0, scans: SEQUENTIAL }],
  ['extended sequential', { frame: 0xc1, scans: SEQUENTIAL }],
  ['baseline, each component by itself', { frame: 0xc0, scans: [0, 1, 2].flatMap(alone) }],
  [
    'progressive, no bits left out',
    { frame: 0xc2, scans: [dc(0, 0, 0, 1, 2), ...[0, 1, 2].map((at) => ac(at, 1, 63, 0, 0))] },
  ],
  ['progressive as libjpeg has it', { frame: 0xc2, scans: LIBJPEG }],
  // Sides are those of whole MCUs, since other scans than the first have the blocks that fill them.
  ['progressive in many small steps', { frame: 0xc2, scans: STEPS, width: 64, height: 48 }],
];

function alone(component: number): readonly Script[] {
  return [{ components: [component], start: 0, end: 63, high: 0, low: 0 }];
}

function dc(high: number, low: number, ...components: number[]): Script {
  return { components, start: 0, end: 0, high, low };
}

function ac(component: number, start: number, end: number, high: number, low: number): Script {
  return { components: [component], start, end, high, low };
}

export const SAMPLINGS: readonly Drawing['sampling'][] = [
  [
    [1, 1],
    [1, 1],
    [1, 1],
  ],
  [
    [2, 2],
    [1, 1],
    [1, 1],
  ],
  [
    [1, 2],
    [1, 1],
    [1, 1],
  ],
  [
    [4, 1],
    [2, 1],
    [1, 1],
  ],
];

/** 61 × 37 pixels in three components, sequential, all sizes coded. */
export const DRAWING: Drawing = {
  ...{
    width: 61,
    height: 37,
    frame: 0xc0,
    scans: SEQUENTIAL,
    restartInterval: 0,
    dcSizes: 12,
    codeLength: 8,
  },
  sampling: [
    [1, 1],
    [1, 1],
    [1, 1],
  ],
  coefficient: coefficients(1, 40),
};
