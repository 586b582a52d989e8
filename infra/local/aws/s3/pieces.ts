import type { Database } from '../store/database.ts';
import type { ByteRange } from './range.ts';
import type { Version } from './versions.ts';

/** A part of a multipart object, which keeps the content that it came in. */
export interface Piece {
  readonly content: string;
  readonly size: number;
  /** Base64, of the object's kind. */
  readonly checksum: string | null;
}

/** Some bytes of one content. */
export interface StoredSlice extends ByteRange {
  readonly content: string;
}

/** Within a transaction: the version lies in these, in this order. */
export function addPieces(db: Database, { seq }: Pick<Version, 'seq'>, pieces: readonly Piece[]): void {
  for (const [position, { content, size, checksum }] of pieces.entries()) {
    db.run('INSERT INTO piece VALUES (?, ?, ?, ?, ?)', seq, position + 1, content, size, checksum);
  }
}

/** None where the object came whole. */
export function piecesOf(db: Database, { seq }: Pick<Version, 'seq'>): Piece[] {
  const sql = 'SELECT content, size, checksum FROM piece WHERE version = ? ORDER BY position';
  return [...db.each<Piece>(sql, seq)];
}

/** Every content that the version holds. */
export function contentsOf(db: Database, version: Version): readonly string[] {
  return version.content === undefined
    ? piecesOf(db, version).map(({ content }) => content)
    : [version.content];
}

/** Where the bytes of a version lie, or those of a range of it. */
export function slicesOf(db: Database, version: Version, range?: ByteRange): readonly StoredSlice[] {
  const { offset, length } = range ?? { offset: 0, length: version.size };
  if (version.content !== undefined) return [{ content: version.content, offset, length }];
  let start = 0;
  return piecesOf(db, version).flatMap(({ content, size }) => {
    const from = Math.max(offset - start, 0);
    const to = Math.min(offset + length - start, size);
    start += size;
    return from < to ? [{ content, offset: from, length: to - from }] : [];
  });
}
