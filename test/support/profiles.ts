/** A tag of a colour profile: its name, and all of its data. */
type Tag = readonly [name: string, data: Buffer];

/** What a picture's colours may be meant in, as few numbers as that takes. */
export interface ProfileParts {
  /** D50 colorants of red, green and blue; without them the profile is one of grey. */
  readonly colorants?: readonly (readonly [number, number, number])[];
  readonly gamma: number;
  /** Said in every text that a profile has room for. */
  readonly text?: string;
  readonly tags?: readonly Tag[];
}

/** Adobe RGB (1998), by its numbers. */
export const ADOBE_RGB = {
  colorants: [
    [0.60974, 0.31111, 0.01947],
    [0.20528, 0.62567, 0.06087],
    [0.14919, 0.06322, 0.74457],
  ],
  gamma: 563 / 256,
} as const satisfies ProfileParts;

export const GREY_GAMMA_1_8 = { gamma: 461 / 256 } as const satisfies ProfileParts;

/** A profile of version 2 for a screen (ICC.1:2001-04, 6.3). */
export function profile({ colorants, gamma, text = '', tags = [] }: ProfileParts): Buffer {
  const curve = typed('curv', Buffer.from([0, 0, 0, 1, ...u16(Math.round(gamma * 256))]));
  const all: readonly Tag[] = [
    ['desc', typed('desc', description(text))],
    ['cprt', typed('text', Buffer.from(`${text}\0`))],
    ['wtpt', xyz([0.9642, 1, 0.8249])],
    ...(colorants ?? []).flatMap((colorant, index): readonly Tag[] => {
      const name = 'rgb'.charAt(index);
      return [
        [`${name}XYZ`, xyz(colorant)],
        [`${name}TRC`, curve],
      ];
    }),
    ...(colorants ? [] : [['kTRC', curve] as const]),
    ...tags,
  ];
  return assemble(colorants ? 'RGB ' : 'GRAY', text, all);
}

function assemble(space: string, text: string, tags: readonly Tag[]): Buffer {
  const header = Buffer.alloc(132 + tags.length * 12);
  header.set([2, 0x40], 8);
  header.write(`mntr${space}XYZ `, 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  // Maker, model and creator have four letters each.
  for (const at of [4, 48, 52, 80]) header.write(text.slice(0, 4), at, 'latin1');
  xyz([0.9642, 1, 0.8249]).copy(header, 68, 8);
  header.writeUInt32BE(tags.length, 128);
  let end = header.length;
  for (const [index, [name, data]] of tags.entries()) {
    const at = 132 + index * 12;
    header.write(name, at, 'latin1');
    header.writeUInt32BE(end, at + 4);
    header.writeUInt32BE(data.length, at + 8);
    end += data.length;
  }
  header.writeUInt32BE(end, 0);
  return Buffer.concat([header, ...tags.map(([, data]) => data)]);
}

function typed(type: string, data: Buffer): Buffer {
  const padding = Buffer.alloc((4 - (data.length % 4)) % 4);
  return Buffer.concat([Buffer.from(`${type}\0\0\0\0`, 'latin1'), data, padding]);
}

function description(text: string): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(text.length + 1);
  return Buffer.concat([head, Buffer.from(`${text}\0`), Buffer.alloc(78)]);
}

function xyz(values: readonly number[]): Buffer {
  const data = Buffer.alloc(12);
  for (const [index, value] of values.entries()) data.writeInt32BE(Math.round(value * 65_536), index * 4);
  return typed('XYZ ', data);
}

function u16(value: number): readonly number[] {
  return [value >> 8, value & 255];
}
