/**
 * Why a database does not open, in one line that says what to do: SQLite tells a lock, damage and a full disk apart, and so do we.
 * @param cure of damage, such as what may be removed
 */
export function sqliteTrouble(error: unknown, file: string, cure: string): Error {
  const { errcode, message = String(error) } = Object(error);
  // Extended codes hold the plain one in their lowest byte.
  const trouble = TROUBLES[Number(errcode) & 0xff];
  const why = trouble?.(file, cure) ?? `${file} cannot be opened: ${message}`;
  return new Error(why, { cause: error });
}

type Tell = (file: string, cure: string) => string;

const busy: Tell = (file) =>
  `${file} is held by another Darkroom: end that one, or choose another folder with DARKROOM_HOME=…`;
const notOurs: Tell = (file) =>
  `${file} cannot be written: see that the file, its folder and its disk are writable for you`;
const damaged: Tell = (file, cure) => `${file} is damaged, or is no database: ${cure}`;
const full: Tell = (file) => `${file} cannot be written, the disk is full or fails: make room, or mend it`;

/** By SQLite's result codes: https://www.sqlite.org/rescode.html */
const TROUBLES: Readonly<Record<number, Tell>> = {
  5: busy,
  6: busy,
  8: notOurs,
  10: full,
  11: damaged,
  13: full,
  14: notOurs,
  26: damaged,
};
