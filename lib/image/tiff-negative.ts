import { negated } from './negated.ts';
import { makePlain } from './plain-profile.ts';
import { asBroken, type Source } from './source.ts';
import { joinPages } from './tiff-pages.ts';

/**
 * The negative of a TIFF, page by page and without loss, whatever the compression of the source: pages may differ in size
 * and kind. Palettes become the colours they stand for; fewer than 8 bits stay as few where they are grey.
 */
export async function negateTiff({ pages, open, headerOf }: Source): Promise<Buffer> {
  const out: Buffer[] = [];
  for (let page = 0; page < pages; page += 1) {
    const header = headerOf(page);
    const isNarrow = header.channels === 1 && (header.bitsPerSample ?? 8) < 8;
    const depth = isNarrow
      ? ({ bitdepth: header.bitsPerSample as 1 | 2 | 4, predictor: 'none' } as const)
      : ({ predictor: 'horizontal' } as const);
    out.push(
      await negated(open(page), header)
        .tiff({ compression: 'deflate', ...depth })
        .toBuffer()
        .then(makePlain(header), asBroken('tif')),
    );
  }
  return joinPages(out);
}
