import { orientationBlock } from '../orientation-block.ts';
import { APP1, EXIF, isExif, orientationOf } from './orientation.ts';
import type { Part, Segment } from './parts.ts';
import { isProfile, plainPieces } from './profile-pieces.ts';

/**
 * What a negative keeps of its source, beside the scans: how to decode it, its colour profile, the JFIF version and density,
 * whether its colours were transformed, and how to turn it. Nothing that tells of the shot or of its author, and no pictures.
 */
export function keptParts(parts: readonly Part[]): readonly Part[] {
  const exif = parts.find(isExif);
  const pieces = plainPieces(parts);
  return parts.flatMap((part) => {
    if (part.type === 'scan') return part;
    if (isProfile(part)) return pieces.get(part) ?? [];
    // The first block is what decoders go by.
    const payload = isExif(part) && part !== exif ? undefined : keptOf(part);
    return payload ? { ...part, payload } : [];
  });
}

function keptOf({ marker, payload }: Segment): Buffer | undefined {
  const isApplication = marker >= 0xe0 && marker <= 0xef;
  if (!isApplication) return marker === COMMENT ? undefined : payload;
  const row = APPLICATIONS.find((known) => known.marker === marker && beginsWith(payload, known.name));
  return row?.keep(payload);
}

const COMMENT = 0xfe;

function beginsWith(payload: Buffer, name: Buffer): boolean {
  return payload.subarray(0, name.length).equals(name);
}

interface Application {
  readonly marker: number;
  readonly name: Buffer;
  readonly keep: (payload: Buffer) => Buffer | undefined;
}

const APPLICATIONS: readonly Application[] = [
  { marker: 0xe0, name: Buffer.from('JFIF\0'), keep: withoutThumbnail },
  { marker: APP1, name: EXIF, keep: onlyOrientation },
  { marker: 0xee, name: Buffer.from('Adobe'), keep: (payload) => payload.subarray(0, ADOBE_BYTES) },
];

/** Name, version, two flags and the transform. */
const ADOBE_BYTES = 12;
/** Name, version, units and densities (JFIF 1.02, page 5); the sides of a thumbnail follow. */
const JFIF_BYTES = 12;

function withoutThumbnail(payload: Buffer): Buffer | undefined {
  if (payload.length < JFIF_BYTES + 2) return undefined;
  return Buffer.concat([payload.subarray(0, JFIF_BYTES), Buffer.alloc(2)]);
}

function onlyOrientation(payload: Buffer): Buffer | undefined {
  const orientation = orientationOf(payload);
  return orientation === 1 ? undefined : Buffer.concat([EXIF, orientationBlock(orientation)]);
}
