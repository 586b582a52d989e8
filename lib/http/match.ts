import { ROUTES, type Route, type RouteName } from './routes.ts';

export interface Match {
  readonly name: RouteName;
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** The route that a method and a path (decoded, without the base path) ask for; `allow` lists what the path takes instead. */
export function matchRoute(method: string, path: string): Match | { readonly allow: readonly string[] } {
  const allow = new Set<string>();
  for (const [name, route] of bySpecificity) {
    const params = matchPath(route.path, path);
    if (params === undefined) continue;
    if (route.method === method || (method === 'HEAD' && route.method === 'GET'))
      return { name, route, params };
    allow.add(route.method);
    if (route.method === 'GET') allow.add('HEAD');
  }
  return { allow: [...allow].sort() };
}

/** A fixed path goes before `{name}`, and that before `{name+}`, as API Gateway chooses. */
const bySpecificity = (Object.entries(ROUTES) as [RouteName, Route][]).toSorted(([, a], [, b]) =>
  rank(a.path).localeCompare(rank(b.path)),
);

function rank(template: string): string {
  return template
    .split('/')
    .map((segment) => (segment.endsWith('+}') ? '3' : segment.startsWith('{') ? '2' : '1'))
    .join('')
    .padEnd(8, '0');
}

/** The parameters of a path that fits a template; undefined for one that does not. `{name+}` takes at least one character. */
export function matchPath(template: string, path: string): Readonly<Record<string, string>> | undefined {
  const names: string[] = [];
  const pattern = template.replaceAll(/\{(\w+)(\+?)\}/g, (_all, name: string, greedy: string) => {
    names.push(name);
    return greedy === '+' ? '(.+)' : '([^/]+)';
  });
  const found = new RegExp(`^${pattern}$`, 's').exec(path);
  if (found === null) return undefined;
  return Object.fromEntries(names.map((name, i) => [name, found[i + 1] ?? '']));
}
