import { DarkroomError } from '../error.ts';
import type { Role } from './routes.ts';

export type UserRole = Exclude<Role, 'anyone'>;

/** Who asks, as the log names them, and what they may. */
export interface Caller {
  /** Name of the user; empty for nobody in particular. */
  readonly name: string;
  readonly role: Role;
  /** When the user was made, which tells another user of the same name apart; the first user has no such time. */
  readonly userCreated?: string;
  /** What proved it. */
  readonly by: 'nothing' | 'password' | 'token' | 'url';
  /** Of a token: its id, when it ends in milliseconds since 1970, and how many tokens it descends from. */
  readonly token?: { readonly id: string; readonly expiresMs: number; readonly ancestors: number };
  /** Of a signed URL: when it ends, in milliseconds since 1970. */
  readonly urlExpiresMs?: number;
}

export const ANYONE: Caller = { name: '', role: 'anyone', by: 'nothing' };

/** Each role may do what those before it may. */
const ORDER = ['anyone', 'reader', 'writer', 'admin'] as const satisfies readonly Role[];

export function reaches(role: Role, needed: Role): boolean {
  return ORDER.indexOf(role) >= ORDER.indexOf(needed);
}

/** The lesser of two roles. */
export function lesser<R extends Role>(a: R, b: R): R {
  return reaches(a, b) ? b : a;
}

/** Throws DarkroomError FORBIDDEN when the caller's role does not reach; `what` ends the sentence "… takes a writer". */
export function requireRole(caller: Caller, needed: Role, what = 'this'): void {
  if (reaches(caller.role, needed)) return;
  const who = caller.name === '' ? 'This URL' : caller.name;
  throw new DarkroomError(
    'FORBIDDEN',
    `${who} has the role ${caller.role}, and ${what} takes the role ${needed}`,
  );
}
