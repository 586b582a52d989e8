import { negateJpeg as negateCoefficients } from './jpeg/negate-jpeg.ts';
import type { Judged } from './judge.ts';
import { negated } from './negated.ts';
import { makePlain } from './plain-profile.ts';
import { asBroken, type Open, type Source } from './source.ts';

/**
 * The negative of a JPEG: by the signs of its coefficients, which loses nothing and keeps its size, an orientation told in an Exif
 * block of that alone. What that cannot be done to exactly is decoded and encoded again, upright, as fine as its source in
 * colours and near the end of the scale in quality.
 */
export async function negateJpeg({ bytes }: Judged, open: Open): Promise<Buffer> {
  return negateCoefficients(bytes) ?? negateDecoded(await open());
}

function negateDecoded({ open, header }: Source): Promise<Buffer> {
  const chromaSubsampling = header.chromaSubsampling === '4:2:0' ? '4:2:0' : '4:4:4';
  return negated(open(), header)
    .jpeg({ quality: 95, chromaSubsampling, optimiseCoding: false })
    .toBuffer()
    .then(makePlain(header), asBroken('jpg'));
}
