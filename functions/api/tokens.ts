import { MAX_ANCESTORS, makeToken } from '../../lib/auth/token.ts';
import { DarkroomError } from '../../lib/error.ts';
import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { type Caller, lesser, reaches } from '../../lib/http/caller.ts';
import type { Request } from '../../lib/http/request.ts';
import type { KeptToken } from '../../lib/table/tokens.ts';
import type { Deps } from './deps.ts';

const DEFAULT_SECONDS = 30 * 86_400;

/**
 * `POST /tokens`: a token of the caller's own, with the caller's role or a lesser one. One that was made with a token ends when that one
 * does, so that revoking a token leaves nothing of it.
 */
export async function postToken(
  { tokens, now }: Pick<Deps, 'tokens' | 'now'>,
  { caller, json }: Request<'makeToken'>,
): Promise<Answer> {
  const role = roleFor(caller, json.role);
  const parent = parentOf(caller);
  const asked = now() + (json.expires_in ?? DEFAULT_SECONDS) * 1_000;
  const expiresMs = Math.min(asked, caller.token?.expiresMs ?? asked);
  const { name: user, userCreated } = caller;
  const { text, stored } = makeToken({
    ...{ user, role, expiresMs },
    ...(userCreated !== undefined && { userCreated }),
    ...(parent !== undefined && { parent }),
  });
  await tokens.put(stored);
  const expires = new Date(expiresMs).toISOString();
  return jsonAnswer('makeToken', 201, { id: stored.id, token: text, user, role, expires });
}

function roleFor({ role: own, name }: Caller, asked: 'reader' | 'writer' | 'admin' | undefined) {
  if (own === 'anyone') throw new Error('A token is made by somebody');
  if (asked === undefined) return own;
  if (reaches(own, asked)) return lesser(own, asked);
  throw new DarkroomError(
    'FORBIDDEN',
    `${name} has the role ${own}, and cannot make a token of the role ${asked}`,
  );
}

function parentOf({ token }: Caller): string | undefined {
  if (token === undefined || token.ancestors < MAX_ANCESTORS) return token?.id;
  throw new DarkroomError(
    'FORBIDDEN',
    `This token descends from ${token.ancestors} others, and none can be made with it: make one with a password`,
  );
}

/**
 * `DELETE /tokens/{id}`: it ends at once. To anybody but its owner and an admin there is no such token; who comes with a token revokes that
 * one, and others of no greater role.
 */
export async function deleteToken(
  { tokens }: Pick<Deps, 'tokens'>,
  { caller, params }: Request<'revokeToken'>,
): Promise<Answer> {
  const id = params.id ?? '';
  const token = await tokens.find(id);
  const isTheirs = token !== undefined && (token.user === caller.name || caller.role === 'admin');
  if (isTheirs) demandWithin(caller, token);
  if (!isTheirs || !(await tokens.revoke(id)))
    throw new DarkroomError('NOT_FOUND', `There is no token ${id}`);
  return { status: 204, headers: {} };
}

function demandWithin({ role, token: own }: Caller, { id, role: theirs }: KeptToken): void {
  if (own === undefined || own.id === id || reaches(role, theirs)) return;
  throw new DarkroomError(
    'FORBIDDEN',
    `A token of the role ${role} cannot revoke ${id}, which has the role ${theirs}: revoke it with a password, or with a token of that role`,
  );
}
