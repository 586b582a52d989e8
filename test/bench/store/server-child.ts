import { createRequire } from 'node:module';
import { Server } from 'node:net';
import { join } from 'node:path';
import { BUCKET, KEYS, type ServerName } from './servers.ts';

/** An S3 server in a process of its own: `node server-child.ts <name> <folder> <node_modules of the rivals>` prints its URL. */
const STARTS: Readonly<Record<ServerName, () => Promise<string>>> = {
  darkroom: startDarkroom,
  'fauxqs, files': () => startFauxqs({ s3StorageDir: folder }),
  'fauxqs, SQLite': () => startFauxqs({ dataDir: folder }),
  s3rver: startS3rver,
};

const [name = 'darkroom', folder = '', modules = ''] = process.argv.slice(2);
const require = createRequire(join(modules, 'package.json'));

async function startDarkroom(): Promise<string> {
  const { startEndpoint } = await import('../../../infra/local/aws/endpoint.ts');
  const { url } = await startEndpoint({
    ...{ home: folder, host: '127.0.0.1', port: 0, region: 'us-east-1', accountId: '000000000000' },
    accessKeys: new Map([[KEYS.accessKeyId, KEYS.secretAccessKey]]),
    buckets: [{ name: BUCKET, versioned: false, notifications: [] }],
    queues: [],
  });
  return url;
}

async function startFauxqs(where: Readonly<Record<string, string>>): Promise<string> {
  stayOnLoopback();
  const { startFauxqs } = await import(join(modules, 'fauxqs', 'dist', 'app.js'));
  const { port } = await startFauxqs({ port: 0, logger: false, ...where });
  return `http://127.0.0.1:${port}`;
}

/** It would listen on all addresses of the machine. */
function stayOnLoopback(): void {
  const { listen } = Server.prototype;
  Server.prototype.listen = function (this: Server, options: object, ...more: unknown[]) {
    return Reflect.apply(listen, this, [{ ...options, host: '127.0.0.1' }, ...more]);
  } as typeof listen;
}

async function startS3rver(): Promise<string> {
  const S3rver = require('s3rver');
  const options = {
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: folder,
    allowMismatchedSignatures: true,
  };
  const { port } = await new S3rver(options).run();
  return `http://127.0.0.1:${port}`;
}

console.log(await STARTS[name as ServerName]());
process.stdin.on('end', () => process.exit(0)).resume();
