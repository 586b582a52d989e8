import { createServer } from 'node:net';

/** Throws an Error with one clear line when somebody else listens there; `setting` is what chooses another port. */
export async function checkPort(host: string, port: number, setting: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(tell(error, host, port, setting))),
    );
    server.listen(port, host, () => server.close(() => resolve()));
  });
}

function tell({ code, message }: NodeJS.ErrnoException, host: string, port: number, setting: string): string {
  if (code === 'EADDRINUSE')
    return `Port ${port} of ${host} is in use: end what listens there, or choose another with ${setting}=…`;
  return `Darkroom cannot listen on ${host}:${port} (${setting}): ${message}`;
}

/** A port of loopback that nobody uses now. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
