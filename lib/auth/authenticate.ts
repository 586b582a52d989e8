import { DarkroomError } from '../error.ts';
import type { Middleware } from '../http/http-handler.ts';
import { HttpError } from '../http/problem.ts';
import type { Role } from '../http/routes.ts';

export interface Identity {
  readonly name: string;
  readonly role: Exclude<Role, 'anyone'>;
}

/** Who the credentials of an `Authorization` header belong to; undefined when they are wrong. */
export type Identify = (authorization: string) => Promise<Identity | undefined>;

/** Each role may do what those before it may. */
const ORDER = ['anyone', 'reader', 'writer', 'admin'] as const satisfies readonly Role[];

const CHALLENGE = { 'www-authenticate': 'Basic realm="darkroom", charset="UTF-8"' };

/** The one middleware before each route: 401 for no or wrong credentials, 403 for a role that does not reach. */
export function authenticate(identify: Identify): Middleware {
  return {
    async before({ event }) {
      const { request } = event;
      if (request === undefined || request.route.role === 'anyone') return;
      const { authorization } = request.headers;
      if (authorization === undefined) {
        throw new HttpError(
          'UNAUTHENTICATED',
          'Credentials are missing: send user and password (HTTP Basic), as in curl -u',
          CHALLENGE,
        );
      }
      const identity = await identify(authorization);
      if (identity === undefined)
        throw new HttpError('UNAUTHENTICATED', 'The credentials are wrong', CHALLENGE);
      if (ORDER.indexOf(identity.role) < ORDER.indexOf(request.route.role)) {
        const { role } = request.route;
        throw new DarkroomError(
          'FORBIDDEN',
          `${identity.name} is a ${identity.role}, and this takes a ${role}`,
        );
      }
    },
  };
}
