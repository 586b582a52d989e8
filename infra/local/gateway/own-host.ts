import { isIP } from 'node:net';

/** Where a request came to: the `Host` that its sender wrote, and the address that took it. */
export interface Arrival {
  readonly host: string | undefined;
  readonly localAddress: string | undefined;
  readonly localPort: number | undefined;
}

/**
 * The host of this server, with its port, as the sender of a request names it, where that can be one of its own: an address, localhost or
 * one of `names`; otherwise the address that took the request. API Gateway answers to its own names alone. Here anybody may write anything
 * into `Host`, a page of another site among them (by a DNS name that it leads to this machine), and the links of an answer are made of it.
 */
export function ownHost({ host, localAddress = '', localPort }: Arrival, names: readonly string[]): string {
  const [, name = ''] = /^(\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.exec(host ?? '') ?? [];
  const wanted = name.toLowerCase();
  const isAddress = isIP(wanted.replace(/^\[(.*)\]$/, '$1')) !== 0;
  if (host !== undefined && (isAddress || ['localhost', ...names].includes(wanted))) return host;
  const address = localAddress.replace(/^::ffff:/i, '');
  return `${address.includes(':') ? `[${address}]` : address}:${localPort}`;
}
