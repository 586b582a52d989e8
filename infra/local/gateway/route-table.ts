export interface RouteMatch<Route> {
  readonly route: Route;
  /** Decoded values of the path's variables. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Finds the route of a request; `path` is percent-encoded, as a URL has it. */
export type RouteTable<Route> = (method: string, path: string) => RouteMatch<Route> | undefined;

type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'variable' | 'greedy'; readonly name: string };

interface Pattern<Route> {
  readonly route: Route;
  readonly method: string;
  readonly segments: readonly Segment[];
}

const RANK = { literal: 0, variable: 1, greedy: 2 } as const satisfies Record<Segment['kind'], number>;

/**
 * API Gateway's choice: the most specific path, then the method before ANY, `$default` when nothing else fits.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function routeTable<Route extends { readonly key: string }>(
  routes: readonly Route[],
): RouteTable<Route> {
  const patterns = routes
    .filter((route) => route.key !== '$default')
    .map(parse)
    .sort(bySpecificity);
  const fallback = routes.find((route) => route.key === '$default');

  return (method, path) => {
    const segments = split(path).map(decodeURIComponent);
    for (const pattern of patterns) {
      if (pattern.method !== method && pattern.method !== 'ANY') continue;
      const parameters = match(pattern.segments, segments);
      if (parameters !== undefined) return { route: pattern.route, parameters };
    }
    return fallback && { route: fallback, parameters: {} };
  };
}

function parse<Route extends { readonly key: string }>(route: Route): Pattern<Route> {
  const [method = '', path = ''] = route.key.split(' ');
  return { route, method, segments: split(path).map(parseSegment) };
}

function split(path: string): string[] {
  return path.slice(1).split('/');
}

function parseSegment(text: string): Segment {
  const [, name, plus] = /^\{([^}+]+)(\+?)\}$/.exec(text) ?? [];
  if (name === undefined) return { kind: 'literal', text };
  return { kind: plus === '+' ? 'greedy' : 'variable', name };
}

function bySpecificity(a: Pattern<unknown>, b: Pattern<unknown>): number {
  for (let i = 0; i < Math.min(a.segments.length, b.segments.length); i += 1) {
    const difference = rank(a.segments[i]) - rank(b.segments[i]);
    if (difference !== 0) return difference;
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

function rank(segment: Segment | undefined): number {
  return segment === undefined ? 0 : RANK[segment.kind];
}

/** The variables of a path that fits; a variable takes no empty text. */
function match(
  pattern: readonly Segment[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const parameters: Record<string, string> = {};
  for (const [i, expected] of pattern.entries()) {
    if (expected.kind === 'greedy') {
      const rest = segments.slice(i).join('/');
      return rest === '' ? undefined : { ...parameters, [expected.name]: rest };
    }
    const found = segments[i];
    if (expected.kind === 'literal' ? found !== expected.text : !found) return undefined;
    if (expected.kind === 'variable') parameters[expected.name] = found ?? '';
  }
  return pattern.length === segments.length ? parameters : undefined;
}
