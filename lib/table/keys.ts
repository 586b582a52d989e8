import { uploadBuildId } from '../pipeline/build-id.ts';
import type { LogRow, SourceVersion } from '../pipeline/log-row.ts';
import { stemOf } from '../pipeline/name.ts';

/**
 * The table's items. Its keys are overloaded from the first day, since indexes cannot be added freely later:
 *
 * | item | pk | sk | gsi1pk, gsi1sk | gsi2pk, gsi2sk |
 * |---|---|---|---|---|
 * | log row | `build#{id}` | `log#{position, 6 digits}` | `image#{stem}`, `{time}#{id}#{position}` | `hour#{hour}`, the same |
 * | input that Darkroom removed itself | `build#{id of its upload}` | `input-removed` | | |
 * | hour that has log rows | `hours` | `{hour}` | | |
 * | user | `users` | `{name}` | | |
 * | token, until its `expires` | `token#{id}` | `token` | | |
 * | answer to an Idempotency-Key, until its `expires` | `idempotency#{hash of user and key}` | `answer` | | |
 * | how far the sweep has come | `sweep` | `{walk}` | | |
 * | build that the sweep asked for again, until its `expires` | `build#{id}` | `asked-again` | | |
 * | clearance that somebody has to go on with | `clearances` | `{build}` | | |
 * | who uploads with a ticket, until its `expires` | `ticket#{id}` | `owner` | | |
 * | what a caller keeps with an image | `facts#{key}` | `facts` | | |
 *
 * `{hour}` is `2026-11-21T04`: one partition an hour, so that no write is hot for longer. The hours are listed, so that a reader
 * walks from one that has rows to the next.
 */
export const buildPk = (id: string): string => `build#${id}`;
export const positionSk = (position: number): string => `log#${String(position).padStart(6, '0')}`;
export const imagePk = (keyOrStem: string): string => `image#${stemOf(keyOrStem)}`;
export const hourPk = (hour: string): string => `hour#${hour}`;
export const HOURS_PK = 'hours';
export const USERS_PK = 'users';
export const CLEARANCES_PK = 'clearances';

export const tokenKey = (id: string) => ({ pk: `token#${id}`, sk: 'token' });
export const idempotencyKey = (hash: string) => ({ pk: `idempotency#${hash}`, sk: 'answer' });
export const ownerKey = (ticket: string) => ({ pk: `ticket#${ticket}`, sk: 'owner' });
export const factsKey = (image: string) => ({ pk: `facts#${image}`, sk: 'facts' });

export const sweepKey = (walk: string) => ({ pk: 'sweep', sk: walk });
export const askedAgainKey = (build: string) => ({ pk: buildPk(build), sk: 'asked-again' });

export const hourOf = (time: string): string => time.slice(0, 13);

export function inputRemovedKey(version: SourceVersion): Record<string, string> {
  return { pk: buildPk(uploadBuildId(version)), sk: 'input-removed' };
}

/** The keys of a log row, with what the indexes need. */
export function logKeys(row: LogRow): Record<string, string> {
  const when = `${row.time}#${row.build}#${positionSk(row.position)}`;
  return {
    pk: buildPk(row.build),
    sk: positionSk(row.position),
    gsi1pk: imagePk(row.image),
    gsi1sk: when,
    gsi2pk: hourPk(hourOf(row.time)),
    gsi2sk: when,
  };
}
