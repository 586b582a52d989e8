import { expect, it } from 'vitest';
import { ownHost } from '../../../../infra/local/gateway/own-host.ts';

const TAKEN = { localAddress: '192.168.1.7', localPort: 3000 };
const NAMES = ['darkroom.lan'];

it.each([
  '127.0.0.1:3000',
  '192.168.1.7',
  'localhost:3000',
  'LOCALHOST',
  '[::1]:3000',
  '[fe80::1]',
  'darkroom.lan:3000',
  'Darkroom.Lan',
])('a link may lead to %s, as the request has it', (host) => {
  expect(ownHost({ host, ...TAKEN }, NAMES)).toBe(host);
});

it.each([
  undefined,
  '',
  'evil.example',
  'localhost.evil.example',
  'evil.example:3000',
  'localhost:3000@evil.example',
  'localhost/evil',
  'localhost:x',
  'localhost evil',
  '127.0.0.1.evil.example',
  '[::1',
  '::1',
  'darkroom.lan.',
  'localhost:3000, evil.example',
])('a link never leads to %s, but to the address that took the request', (host) => {
  expect(ownHost({ host, ...TAKEN }, NAMES)).toBe('192.168.1.7:3000');
});

it.each([
  ['::ffff:10.0.0.1', '10.0.0.1:3000'],
  ['fe80::1', '[fe80::1]:3000'],
])('an address %s is written as %s', (localAddress, written) => {
  expect(ownHost({ host: 'evil.example', localAddress, localPort: 3000 }, NAMES)).toBe(written);
});
