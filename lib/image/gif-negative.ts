import { type Block, brokenGif, readBlocks, writeBlocks } from './gif-blocks.ts';
import { checkFrame } from './gif-lzw.ts';
import type { Source } from './source.ts';

/**
 * The negative of a GIF: its colour tables inverted and nothing else touched, so frames, delays, disposal, loops and
 * transparency stay, and twice gives back the tables. Comments, XMP and plain texts are left out. Throws BROKEN_IMAGE.
 */
export async function negateGif({ bytes }: Pick<Source, 'bytes'>): Promise<Buffer> {
  const all = readBlocks(bytes);
  for (const block of all) if (block.type === 'image') checkFrame(block);
  const [screen, ...blocks] = all.filter(isKept).map(invert);
  if (!screen) throw brokenGif('it has no screen');
  // Without a table each viewer takes colours of its own, and nobody knows what their negative is.
  if (![screen, ...blocks].some(hasColours)) throw brokenGif('it has no colours');
  return writeBlocks([screen, ...blocks]);
}

const GRAPHIC_CONTROL = 0xf9;
const APPLICATION = 0xff;

/** Of the extensions those with delays and transparency, with the number of loops, and with the colour profile. */
function isKept(block: Block): boolean {
  if (block.type !== 'extension' || block.label === GRAPHIC_CONTROL) return true;
  return (
    block.label === APPLICATION &&
    /^(NETSCAPE2\.0|ANIMEXTS1\.0|ICCRGBG1012)$/.test(block.data.toString('latin1', 1, 12))
  );
}

function invert(block: Block): Block {
  return block.type === 'extension'
    ? block
    : { ...block, table: Buffer.from(block.table.map((value) => 255 - value)) };
}

function hasColours(block: Block): boolean {
  return block.type !== 'extension' && block.table.length > 0;
}
