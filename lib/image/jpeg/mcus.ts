import type { Component, Frame, ScanHeader } from './frame.ts';

/** MCUs of a scan: those of the frame, or single blocks where a component comes alone. */
export function mcusOf({ components }: ScanHeader, { mcusWide, mcusHigh }: Frame): number {
  const [first, second] = components;
  if (!first || second) return mcusWide * mcusHigh;
  return first.component.blocksWide * first.component.blocksHigh;
}

/** By block of an MCU: the place of its component in the scan. */
export function mcuBlocks({ components }: ScanHeader): readonly number[] {
  if (components.length === 1) return [0];
  return components.flatMap(({ component }, place) =>
    new Array<number>(component.across * component.down).fill(place),
  );
}

/** By scan: its blocks, of those of all components, in the order in which it has them (T.81, A.2). */
export type BlockOrders = (scan: ScanHeader) => Int32Array;

/** Scans of the same components have one order, and an order is as long as the scan is. */
export function blockOrders(frame: Frame): BlockOrders {
  const known = new Map<string, Int32Array>();
  return (scan) => {
    const name = scan.components.map(({ component }) => component.id).join();
    const order = known.get(name) ?? blockOrder(scan, frame);
    known.set(name, order);
    return order;
  };
}

function blockOrder(scan: ScanHeader, frame: Frame): Int32Array {
  const grids = gridsOf(scan, frame);
  const { mcusWide, mcusHigh } = grids[0] ?? { mcusWide: 0, mcusHigh: 0 };
  const order = new Int32Array(mcusOf(scan, frame) * mcuBlocks(scan).length);
  let at = 0;
  for (let mcuRow = 0; mcuRow < mcusHigh; mcuRow += 1) {
    for (let mcuColumn = 0; mcuColumn < mcusWide; mcuColumn += 1) {
      for (const { firstBlock, stride, across, down } of grids) {
        const corner = firstBlock + mcuRow * down * stride + mcuColumn * across;
        for (let row = 0; row < down; row += 1)
          for (let column = 0; column < across; column += 1) order[at++] = corner + row * stride + column;
      }
    }
  }
  return order;
}

type Grid = Pick<Component, 'firstBlock' | 'stride' | 'across' | 'down'> &
  Pick<Frame, 'mcusWide' | 'mcusHigh'>;

function gridsOf({ components }: ScanHeader, { mcusWide, mcusHigh }: Frame): readonly Grid[] {
  return components.map(({ component }) =>
    components.length === 1
      ? { ...component, across: 1, down: 1, mcusWide: component.blocksWide, mcusHigh: component.blocksHigh }
      : { ...component, mcusWide, mcusHigh },
  );
}
