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

/**
 * Of the extensions those with delays and transparency, and with the number of loops; neither has room for more. A colour profile
 * (ICCRGBG1012) goes: no decoder in use reads one.
 */
function isKept(block: Block): boolean {
  if (block.type !== 'extension') return true;
  const { label, data } = block;
  if (label === GRAPHIC_CONTROL) return data.length <= GRAPHIC_CONTROL_BYTES;
  const name = data.toString('latin1', 1, 12);
  return label === APPLICATION && /^(NETSCAPE2\.0|ANIMEXTS1\.0)$/.test(name) && data.length <= LOOPS_BYTES;
}

const GRAPHIC_CONTROL = 0xf9;
const APPLICATION = 0xff;
/** Length, flags, delay and transparent colour, and the end (GIF89a, 23). */
const GRAPHIC_CONTROL_BYTES = 6;
/** Name, number of loops and size of the buffer, each in a block of its own, and the end. */
const LOOPS_BYTES = 12 + 4 + 6 + 1;

function invert(block: Block): Block {
  return block.type === 'extension'
    ? block
    : { ...block, table: Buffer.from(block.table.map((value) => 255 - value)) };
}

function hasColours(block: Block): boolean {
  return block.type !== 'extension' && block.table.length > 0;
}
