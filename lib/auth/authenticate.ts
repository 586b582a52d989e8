import { ANYONE, type Caller, requireRole } from '../http/caller.ts';
import type { Middleware } from '../http/http-handler.ts';
import { HttpError } from '../http/problem.ts';
import type { Incoming } from '../http/request.ts';

/** What each kind of credentials proves: undefined when it is wrong, or not of this kind. */
export interface Credentials {
  /** The value of an `Authorization` header, with the address that it came from. */
  readonly password: (authorization: string, sourceIp: string) => Promise<Caller | undefined>;
  readonly token: (authorization: string) => Promise<Caller | undefined>;
  readonly url: (incoming: Incoming) => Promise<Caller | undefined>;
}

const CHALLENGE = {
  'www-authenticate': 'Basic realm="darkroom", charset="UTF-8", Bearer realm="darkroom"',
};

/**
 * The one middleware before each route: 401 for no or wrong credentials, 403 for a role that does not reach. A signature in the URL of a
 * route that takes one is what counts, whatever header comes with it.
 */
export function authenticate(credentials: Credentials): Middleware {
  return {
    async before({ event }) {
      const { incoming } = event;
      if (incoming === undefined) return;
      event.caller = await callerOf(credentials, incoming);
      requireRole(event.caller, incoming.route.role, `${incoming.method} ${incoming.path}`);
    },
  };
}

async function callerOf({ password, token, url }: Credentials, incoming: Incoming): Promise<Caller> {
  const { route, search, headers, sourceIp } = incoming;
  if (route.role === 'anyone') return ANYONE;
  if (route.isSignable && search.has('signature')) {
    const signed = await url(incoming);
    if (signed !== undefined) return signed;
    throw refused('The URL’s signature does not fit it, or it has expired: ask for a new one with url=true');
  }
  const { authorization } = headers;
  if (authorization === undefined) {
    throw refused(
      'Credentials are missing: send user and password (HTTP Basic, as in curl -u), or a token (Authorization: Bearer …)',
    );
  }
  const caller = (await token(authorization)) ?? (await password(authorization, sourceIp));
  if (caller !== undefined) return caller;
  throw refused('The credentials are wrong, or they have expired or were revoked');
}

function refused(message: string): HttpError {
  return new HttpError('UNAUTHENTICATED', message, CHALLENGE);
}
