/** How much a client wants each media range that its `Accept` names. */
interface Range {
  readonly type: string;
  readonly subtype: string;
  /** 0 to 1; 0 is a refusal. */
  readonly q: number;
}

/**
 * The offer that an `Accept` header likes best (RFC 9110 §12.5.1): for each offer the most specific range counts, of equals the first
 * offer wins. Without a header all is welcome; undefined when nothing is.
 */
export function negotiate<T extends string>(accept: string | undefined, offers: readonly T[]): T | undefined {
  const ranges = accept === undefined || accept.trim() === '' ? [ANYTHING] : parseAccept(accept);
  let best: { readonly offer: T; readonly q: number } | undefined;
  for (const offer of offers) {
    const q = wantOf(ranges, offer);
    if (q > (best?.q ?? 0)) best = { offer, q };
  }
  return best?.offer;
}

const ANYTHING: Range = { type: '*', subtype: '*', q: 1 };

function wantOf(ranges: readonly Range[], offer: string): number {
  const [type = '', subtype = ''] = offer.toLowerCase().split('/');
  const fitting = ranges.filter(
    (range) => [type, '*'].includes(range.type) && [subtype, '*'].includes(range.subtype),
  );
  return fitting.toSorted((a, b) => specificity(b) - specificity(a))[0]?.q ?? 0;
}

function specificity({ type, subtype }: Range): number {
  return (type === '*' ? 0 : 1) + (subtype === '*' ? 0 : 1);
}

/** Ranges that are no ranges are passed over, as is any parameter but `q`. */
function parseAccept(header: string): readonly Range[] {
  return header.split(',').flatMap((entry) => {
    const [range = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    const [, type, subtype] = /^([^\s/]+)\/([^\s/]+)$/.exec(range) ?? [];
    if (type === undefined || subtype === undefined) return [];
    const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
    return [{ type, subtype, q: /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(q) ? Number(q) : 1 }];
  });
}
