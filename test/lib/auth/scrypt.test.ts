import { describe, expect, it } from 'vitest';
import { hashPassword, isPassword } from '../../../lib/auth/scrypt.ts';

describe('a stored password', () => {
  it('is salted, says what it cost, and is right for that password alone', async () => {
    const [one, other] = await Promise.all([hashPassword('pass wörd 📷'), hashPassword('pass wörd 📷')]);
    expect(one).toMatch(/^scrypt:32768:8:3:[\w-]{22}:[\w-]{43}$/);
    expect(other).not.toBe(one);
    expect(await isPassword('pass wörd 📷', one)).toBe(true);
    expect(await isPassword('pass wörd', one)).toBe(false);
  });

  it('is the same however a keyboard writes it', async () => {
    const composed = await hashPassword('caf\u00e9');
    expect(await isPassword('cafe\u0301', composed)).toBe(true);
  });

  it('of another cost counts still, so that the cost may rise', async () => {
    // RFC 7914, section 12: scrypt of "pleaseletmein" with the salt "SodiumChloride", N 16384, r 8, p 1.
    const hash = Buffer.from('7023bdcb3afd7348461c06cd81fd38eb' + 'fda8fbba904f8e3ea9b543f6545da1f2', 'hex');
    const salt = Buffer.from('SodiumChloride').toString('base64url');
    const stored = `scrypt:16384:8:1:${salt}:${hash.toString('base64url')}`;
    expect(await isPassword('pleaseletmein', stored)).toBe(true);
    expect(await isPassword('pleaseletmeout', stored)).toBe(false);
  });

  it.each([
    '',
    'plain',
    'scrypt:32768:8:3:c2FsdA',
    'scrypt:32768:8:3:c2FsdA:',
    'scrypt:16:8:1:c2FsdA:c2hvcnQ',
    'bcrypt:16:8:1:c2FsdA:c2hvcnQ',
    'scrypt:16:8:1:c2FsdA:c2hvcnQ:more',
  ])('that is malformed (%s) fits no password', async (stored) => {
    expect(await isPassword('', stored)).toBe(false);
    expect(await isPassword('short', stored)).toBe(false);
  });
});
