import { isLosslessAvif } from './av1.ts';
import { negated } from './negated.ts';
import { makePlain } from './plain-profile.ts';
import { asBroken, type Source } from './source.ts';

/** The negative of an AVIF at its bit depth: without loss if the source's pixels were coded without (see `isLosslessAvif`). */
export function negateAvif({ bytes, open, header }: Source): Promise<Buffer> {
  const bitdepth = header.bitsPerSample === 10 || header.bitsPerSample === 12 ? header.bitsPerSample : 8;
  const lossless = isLosslessAvif(bytes);
  return negated(open(), header)
    .avif({ effort: 0, bitdepth, ...(lossless ? { lossless } : { quality: 90 }) })
    .toBuffer()
    .then(makePlain(header), asBroken('avif'));
}
