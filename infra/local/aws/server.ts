import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** What a server lets a client do. Together they let nobody hold it, and an honest upload take the hours that it needs. */
export interface ServerLimits {
  /** For all headers to arrive, from the first moment of a connection or of its next request. */
  readonly headersMs: number;
  /** A body that brings less than `paceBytes` in this time ends its connection. */
  readonly paceMs: number;
  readonly paceBytes: number;
  /** How long the rest of a body that was refused is still read, so that its sender can read the refusal. */
  readonly refusedMs: number;
  /** A connection on which nothing moves either way. */
  readonly idleMs: number;
  readonly keepAliveMs: number;
  readonly headerBytes: number;
  readonly connections: number;
}

export const LIMITS: ServerLimits = {
  headersMs: 10_000,
  // 137 bytes a second: below any line that would ever finish, and S3 itself gives up on a silent one sooner (RequestTimeout).
  paceMs: 30_000,
  paceBytes: 4096,
  refusedMs: 5_000,
  // A reader that pauses (`aws s3 cp s3://… - | …`), and a call that works for minutes: completing an upload of 10,000 parts.
  idleMs: 600_000,
  // Longer than clients keep a connection unused, so that it is they who close it and no request meets a closing door.
  keepAliveMs: 65_000,
  // Twice what S3 takes (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html): a signed URL holds a token too.
  headerBytes: 16 * 2 ** 10,
  // Each with a file open stays below 4,096 descriptors, the hard limit of a plain Linux.
  connections: 2_000,
};

const CHECK_MS = 1_000;
const CLOSE_GRACE_MS = 2_000;

/** A server that slow, silent or endless clients cannot hold. */
export function makeServer(limits: ServerLimits = LIMITS): Server {
  const server = createServer({
    headersTimeout: limits.headersMs,
    // The whole of a request may take as long as 5 GB do: bodies are held to a pace instead.
    requestTimeout: 0,
    connectionsCheckingInterval: Math.min(CHECK_MS, limits.headersMs),
    keepAliveTimeout: limits.keepAliveMs,
    maxHeaderSize: limits.headerBytes,
  });
  server.maxConnections = limits.connections;
  const watch = (message: IncomingMessage, response: ServerResponse): void => {
    if (!hasBody(message)) return;
    holdToPace(message, limits);
    endRefused(message, response, limits);
  };
  return server.on('request', watch).on('checkContinue', watch).setTimeout(limits.idleMs);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** What we have not read yet is no fault of the sender. */
function holdToPace(message: IncomingMessage, { paceMs, paceBytes }: ServerLimits): void {
  const { socket } = message;
  let before = socket.bytesRead;
  const timer = setInterval(() => {
    const came = socket.bytesRead - before;
    before = socket.bytesRead;
    if (came < paceBytes && !message.complete && message.readableLength === 0) socket.destroy();
  }, paceMs).unref();
  message.once('close', () => clearInterval(timer));
}

function endRefused(message: IncomingMessage, response: ServerResponse, { refusedMs }: ServerLimits): void {
  response.once('finish', () => {
    if (message.complete) return;
    const timer = setTimeout(() => message.socket.destroy(), refusedMs).unref();
    message.once('close', () => clearTimeout(timer));
  });
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
