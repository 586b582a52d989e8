import type * as library from 'sharp';

export type Sharp = typeof library.default;
export type Picture = library.Sharp;

/** The loaders of libvips that may read; all that is not named here is blocked, whatever a file looks like. */
const LOADERS = ['Jpeg', 'Png', 'Webp', 'Heif', 'Nsgif', 'Tiff'].map(
  (name) => `VipsForeignLoad${name}Buffer`,
);

let ready: Promise<Sharp> | undefined;

/**
 * sharp, loaded when first needed and set up so that equal inputs give equal bytes and only our formats are read.
 * Rejects with an Error (an outage, nobody's picture is at fault) if a blocked loader reads all the same.
 */
export function loadSharp(): Promise<Sharp> {
  ready ??= setUp();
  return ready;
}

async function setUp(): Promise<Sharp> {
  const { default: sharp } = await import('sharp');
  // Codecs split work by the number of threads, and the bytes follow; nothing is read twice, so a cache only holds memory.
  sharp.concurrency(1);
  sharp.cache(false);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS });
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>');
  const read = await sharp(svg)
    .metadata()
    .then(() => true)
    .catch(() => false);
  if (read) throw new Error('libvips reads SVG although its loader is blocked');
  return sharp;
}
