import { createServer, type Server } from 'node:http';

/** Headers must be through in so long; a connection on which nothing moves ends after the other. */
const HEADERS_TIMEOUT_MS = 15_000;
const IDLE_TIMEOUT_MS = 600_000;
/** Longer than clients keep a connection unused, so that it is they who close it and no request meets a closing door. */
const KEEP_ALIVE_MS = 65_000;
const CLOSE_GRACE_MS = 2_000;

/** A server that slow or silent clients cannot hold, and that takes bodies however long they need. */
export function makeServer(): Server {
  const server = createServer({
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  return server.setTimeout(IDLE_TIMEOUT_MS);
}

/** Resolves with the port; rejects with Node's error, such as EADDRINUSE. */
export function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** Lets answers that are under way go out, for 2 s at most. */
export function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
