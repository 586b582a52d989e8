import { ROUTES, type Route, type RouteName } from './routes.ts';

export interface Match<N extends RouteName = RouteName> {
  readonly name: N;
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * The route that a request asks for: a path decoded and without the base path, a slash at its end not counted where the template has
 * a fixed end. `allow` lists what the path takes instead.
 */
export function matchRoute(
  method: string,
  path: string,
  search: URLSearchParams,
): Match | { readonly allow: readonly string[] } {
  const allow = new Set<string>();
  for (const [name, route] of bySpecificity) {
    const params = matchPath(route.path, path);
    if (params === undefined) continue;
    const isMethod = route.method === method || (method === 'HEAD' && route.method === 'GET');
    if (isMethod && isMeant(route, search)) return { name, route, params };
    allow.add(route.method);
    if (route.method === 'GET') allow.add('HEAD');
  }
  return { allow: [...allow].sort() };
}

function isMeant({ when, query }: Route, search: URLSearchParams): boolean {
  return when === undefined || query[when]?.read(search.get(when) ?? '') === true;
}

/** A fixed path goes before `{name}`, and that before `{name+}`, as API Gateway chooses; what a flag chooses goes before the rest. */
const bySpecificity = (Object.entries(ROUTES) as [RouteName, Route][]).toSorted(([, a], [, b]) =>
  rank(a).localeCompare(rank(b)),
);

function rank({ path, when }: Route): string {
  const segments = path
    .split('/')
    .map((segment) => (segment.endsWith('+}') ? '3' : segment.startsWith('{') ? '2' : '1'));
  return segments.join('').padEnd(8, '0') + (when === undefined ? '1' : '0');
}

/** The parameters of a path that fits a template; undefined for one that does not. `{name+}` takes at least one character. */
export function matchPath(template: string, path: string): Readonly<Record<string, string>> | undefined {
  const names: string[] = [];
  const literal = template.replaceAll('.', '\\.');
  const pattern = literal.replaceAll(/\{(\w+)(\+?)\}/g, (_all, name: string, greedy: string) => {
    names.push(name);
    return greedy === '+' ? '(.+)' : '([^/]+)';
  });
  const end = template.endsWith('+}') ? '' : '/?';
  const found = new RegExp(`^${pattern}${end}$`, 's').exec(path);
  if (found === null) return undefined;
  return Object.fromEntries(names.map((name, i) => [name, found[i + 1] ?? '']));
}
