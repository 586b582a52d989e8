import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Server, startServer } from './server.ts';

const IPX = 'ipx@3.1.1';

/** ipx as it comes, in the folder of the picture `photo.jpg`, which npm fills. Undefined where the registry does not answer. */
export async function startIpx(folder: string): Promise<Server | undefined> {
  const bare = ['--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  try {
    await promisify(execFile)('npm', ['install', '--prefix', folder, ...bare, IPX], { timeout: 90_000 });
  } catch {
    return undefined;
  }
  const program = join(folder, 'serve.mjs');
  writeFileSync(program, SERVE);
  return startServer(program, folder, '/w_320,q_80,f_jpeg/photo.jpg');
}

const SERVE = `
import { createServer } from 'node:http';
import { createIPX, createIPXNodeServer, ipxFSStorage } from 'ipx';
const ipx = createIPX({ storage: ipxFSStorage({ dir: process.argv[2] }) });
const server = createServer(createIPXNodeServer(ipx));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;
