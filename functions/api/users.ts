import { hashPassword } from '../../lib/auth/scrypt.ts';
import { DarkroomError } from '../../lib/error.ts';
import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { decodeCursor, encodeCursor } from '../../lib/http/cursor.ts';
import type { Request } from '../../lib/http/request.ts';
import { isUserName } from '../../lib/table/users.ts';
import type { Deps } from './deps.ts';

/** `GET /users`: those beside the first one, by name. */
export async function listUsers({ users }: Deps, { query }: Request<'users'>): Promise<Answer> {
  const { limit = 100, cursor } = query;
  const after = cursor === undefined ? undefined : decodeCursor('users', cursor, isUserName);
  const { users: found, next } = await users.list(limit, after);
  const told = found.map(({ name, role, created }) => ({ name, role, created }));
  return jsonAnswer('users', 200, {
    users: told,
    next: next === undefined ? null : encodeCursor('users', next),
  });
}

/** `POST /users`: a new user, or another role and password for one that there is. Both count at once, for its tokens the role alone. */
export async function postUser(
  { users, loadFirst, now }: Deps,
  { json }: Request<'putUser'>,
): Promise<Answer> {
  const { name, password, role } = json;
  await notFirst(loadFirst, name);
  const created = (await users.find(name))?.created ?? new Date(now()).toISOString();
  await users.put({ name, role, created, passwordHash: await hashPassword(password) });
  return jsonAnswer('putUser', 201, { name, role, created });
}

/** `DELETE /users/{name}`: its password and its tokens end at once, also should there be another user of that name later. */
export async function deleteUser(
  { users, loadFirst }: Deps,
  { params }: Request<'removeUser'>,
): Promise<Answer> {
  const name = params.name ?? '';
  await notFirst(loadFirst, name);
  if (!(await users.remove(name))) throw new DarkroomError('NOT_FOUND', `There is no user ${name}`);
  return { status: 204, headers: {} };
}

async function notFirst(loadFirst: Deps['loadFirst'], name: string): Promise<void> {
  if ((await loadFirst()).user !== name) return;
  throw new DarkroomError(
    'CONFLICT',
    `${name} is the first user, whose password the operator sets (setting SECRET)`,
  );
}
