import { DarkroomError } from '../../lib/error.ts';
import { negotiate } from '../../lib/http/negotiate.ts';
import { HttpError } from '../../lib/http/problem.ts';
import { extensionOf } from '../../lib/pipeline/name.ts';
import { FORMAT_NAMES, FORMATS, type Format, formatOf } from '../../lib/recipe/formats.ts';

interface Asked {
  /** The parameter of the query. */
  readonly kind: string | undefined;
  readonly accept: string | undefined;
  /** Key of the original, and what the path's own ending asks for. */
  readonly key: string;
  readonly format: Format | undefined;
}

/**
 * What an image may be delivered as, the best first: `kind`, else what the path's ending says, else jpg. With `kind=auto` all that
 * `Accept` takes, by its wishes, and then AVIF, WebP, what the original is like, and the rest. Throws NOT_ACCEPTABLE, which lists the kinds.
 */
export function kindsFor({ kind, accept, key, format }: Asked): readonly [Format, ...Format[]] {
  if (kind !== 'auto') return [formatOf(kind ?? '') ?? format ?? 'jpg'];
  const left = new Set(preferenceFor(formatOf(extensionOf(key)) ?? 'jpg'));
  const chosen: Format[] = [];
  for (let next = best(accept, left); next !== undefined; next = best(accept, left)) {
    chosen.push(next);
    left.delete(next);
  }
  const [first, ...others] = chosen;
  if (first !== undefined) return [first, ...others];
  throw new HttpError(
    'NOT_ACCEPTABLE',
    `Accept takes none of the kinds that there are: ${FORMAT_NAMES.map((name) => `${name} (${FORMATS[name].contentType})`).join(', ')}`,
    { vary: 'Accept' },
  );
}

/** Of an original whose kind moves, first what moves as well: AVIF would be its first frame. */
function preferenceFor(original: Format): readonly Format[] {
  const small: readonly Format[] = FORMATS[original].animates ? ['webp', 'gif', 'avif'] : ['avif', 'webp'];
  return [...small, original, 'jpg', ...FORMAT_NAMES];
}

function best(accept: string | undefined, kinds: ReadonlySet<Format>): Format | undefined {
  const offers = [...kinds].map((name) => FORMATS[name].contentType);
  const type = negotiate(accept, offers);
  return FORMAT_NAMES.find((name) => FORMATS[name].contentType === type);
}

/** With `kind=auto`, one kind may hold less than another: whether the next is to be tried. */
export function isTooLargeForKind(error: unknown): boolean {
  return error instanceof DarkroomError && error.code === 'RESULT_TOO_LARGE';
}
