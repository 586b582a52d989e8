import { plainProfile } from '../plain-profile.ts';
import type { Part, Segment } from './parts.ts';

const APP2 = 0xe2;
const NAME = Buffer.from('ICC_PROFILE\0');
/** The name, the number of the piece from 1, and how many there are (ICC.1:2022, B.4). */
const HEAD_BYTES = NAME.length + 2;

export function isProfile({ marker, payload }: Segment): boolean {
  return marker === APP2 && payload.indexOf(NAME) === 0;
}

/**
 * The segments that hold pieces of a colour profile, each with what becomes of it: of the same length, as a plain profile is.
 * Empty where the pieces do not make a profile, since decoders then take the picture for sRGB.
 */
export function plainPieces(parts: readonly Part[]): ReadonlyMap<Part, Segment> {
  const pieces = parts
    .flatMap((part) => (part.type === 'segment' && isProfile(part) ? part : []))
    .sort((a, b) => numberOf(a) - numberOf(b));
  const isWhole = pieces.every(
    (piece, index) => numberOf(piece) === index + 1 && countOf(piece) === pieces.length,
  );
  const plain =
    isWhole && plainProfile(Buffer.concat(pieces.map(({ payload }) => payload.subarray(HEAD_BYTES))));
  if (!plain) return new Map();
  let at = 0;
  return new Map(
    pieces.map((piece) => {
      const head = piece.payload.subarray(0, HEAD_BYTES);
      const data = plain.subarray(at, at + piece.payload.length - HEAD_BYTES);
      at += data.length;
      return [piece, { ...piece, payload: Buffer.concat([head, data]) }];
    }),
  );
}

function numberOf({ payload }: Segment): number {
  return payload[NAME.length] ?? 0;
}

function countOf({ payload }: Segment): number {
  return payload[NAME.length + 1] ?? 0;
}
