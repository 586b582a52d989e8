import { negated } from './negated.ts';
import { asBroken, type Source } from './source.ts';

/** The negative of a JPEG, decoded and encoded again: as fine as its source in colours, and near the end of the scale in quality. */
export function negateJpeg({ open, header }: Source): Promise<Buffer> {
  const chromaSubsampling = header.chromaSubsampling === '4:2:0' ? '4:2:0' : '4:4:4';
  return negated(open(), header)
    .jpeg({ quality: 95, chromaSubsampling, optimiseCoding: false })
    .toBuffer()
    .catch(asBroken('jpg'));
}
