import { isUtf8 } from 'node:buffer';

/** User and password of a Basic header (RFC 7617, UTF-8); undefined for anything else. A password may hold colons, a user may not. */
export function parseBasic(
  authorization: string,
): { readonly user: string; readonly password: string } | undefined {
  const [, encoded] = /^basic +([A-Za-z0-9+/_-]+=*) *$/i.exec(authorization) ?? [];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  if (!isUtf8(bytes)) return undefined;
  const pair = bytes.toString('utf8');
  const colon = pair.indexOf(':');
  return colon === -1 ? undefined : { user: pair.slice(0, colon), password: pair.slice(colon + 1) };
}
