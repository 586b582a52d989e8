import { negateJpeg as negateCoefficients } from './jpeg/negate-jpeg.ts';
import { negated } from './negated.ts';
import { asBroken, type Source } from './source.ts';

/**
 * The negative of a JPEG: by the signs of its coefficients, which loses nothing and keeps its size, an orientation told in an Exif
 * block of that alone. What that cannot be done to exactly is decoded and encoded again, upright, as fine as its source in
 * colours and near the end of the scale in quality.
 */
export async function negateJpeg({ bytes, open, header }: Source): Promise<Buffer> {
  const exact = negateCoefficients(bytes);
  if (exact !== undefined) return exact;
  const chromaSubsampling = header.chromaSubsampling === '4:2:0' ? '4:2:0' : '4:4:4';
  return negated(open(), header)
    .jpeg({ quality: 95, chromaSubsampling, optimiseCoding: false })
    .toBuffer()
    .catch(asBroken('jpg'));
}
