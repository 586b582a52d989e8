/** Who may call: each role may do what the one before it may. `anyone` needs no credentials. */
export type Role = 'anyone' | 'reader' | 'writer' | 'admin';

export interface Route {
  /** Whoever answers GET answers HEAD too. */
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** API Gateway v2 path template: `{name}` is one segment, `{name+}` the rest of the path. */
  readonly path: string;
  /** The function that answers. */
  readonly function: 'api' | 'render';
  readonly role: Role;
}

/** Every route of the HTTP API. The gateway, the functions and the tests take them from here; what is not here is a 404 or 405. */
export const ROUTES = {
  health: { method: 'GET', path: '/health', function: 'api', role: 'anyone' },
  events: { method: 'GET', path: '/events', function: 'api', role: 'reader' },
  build: { method: 'GET', path: '/build/{id}', function: 'api', role: 'reader' },
  download: { method: 'GET', path: '/images/download/{filename+}', function: 'api', role: 'reader' },
  upload: { method: 'POST', path: '/images/{path+}', function: 'api', role: 'writer' },
  put: { method: 'PUT', path: '/images/{path+}', function: 'api', role: 'writer' },
  image: { method: 'GET', path: '/images/{path+}', function: 'render', role: 'reader' },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;
