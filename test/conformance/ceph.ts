import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../infra/local/ports.ts';
import { REGION, type Target } from './target.ts';

/** Of Debian's packages radosgw, ceph-mon, ceph-osd, ceph-base and ceph-common. */
const PROGRAMS = ['ceph', 'ceph-mon', 'ceph-osd', 'monmaptool', 'radosgw', 'radosgw-admin'];
const [ACCESS_KEY, SECRET_KEY] = ['conformance', 'conformance-secret'];
const READY_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 5_000;

export function lacksForCeph(): readonly string[] {
  return PROGRAMS.filter((program) => !existsSync(join('/usr/bin', program)));
}

/**
 * A whole Ceph on loopback for the time of a run: one monitor, one OSD that keeps everything in memory, one gateway; no daemons of the
 * system, no authentication between them. https://docs.ceph.com/en/pacific/install/manual-deployment/
 */
export async function startCeph(): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-ceph-'));
  const daemons: ChildProcess[] = [];
  const close = async (): Promise<void> => {
    for (const daemon of daemons.reverse()) await end(daemon);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const endpoint = await assemble(folder, (program, parameters) => {
      daemons.push(spawn(program, parameters, { stdio: 'ignore' }));
    });
    return {
      ...{
        implementation: 'ceph',
        endpoint,
        region: REGION,
        accessKeyId: ACCESS_KEY,
        secretAccessKey: SECRET_KEY,
      },
      // Ceph 16 knows neither the newer checksums nor trailers of chunks.
      s3Config: { requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type Start = (program: string, parameters: readonly string[]) => void;

/** Brings up one part after the other. Returns the gateway's address. */
async function assemble(folder: string, start: Start): Promise<string> {
  const [monitor, gateway, fsid] = [await freePort(), await freePort(), randomUUID()];
  const file = join(folder, 'ceph.conf');
  await writeFile(file, configuration(folder, { monitor, gateway, fsid }));
  for (const name of ['mon', 'osd']) await mkdir(join(folder, name));
  const conf = ['-c', file];
  const run = (program: string, ...parameters: string[]) =>
    promisify(execFile)(program, [...conf, ...parameters], { timeout: READY_WITHIN_MS });

  const map = join(folder, 'monmap');
  await run('monmaptool', '--create', '--addv', 'a', `[v2:127.0.0.1:${monitor}]`, '--fsid', fsid, map);
  await run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', map);
  start('ceph-mon', [...conf, '-i', 'a', '-f']);
  const osd = randomUUID();
  await run('ceph', 'osd', 'new', osd);
  await run('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osd);
  await run('ceph', 'osd', 'crush', 'add', 'osd.0', '1', 'root=default');
  start('ceph-osd', [...conf, '-i', '0', '-f']);
  const keys = ['--access-key', ACCESS_KEY, '--secret', SECRET_KEY];
  await run('radosgw-admin', 'user', 'create', '--uid=conformance', '--display-name=conformance', ...keys);
  start('radosgw', [...conf, '-n', 'client.rgw', '-f']);
  const endpoint = `http://127.0.0.1:${gateway}`;
  await answering(endpoint);
  return endpoint;
}

function configuration(folder: string, at: { monitor: number; gateway: number; fsid: string }): string {
  const settings = {
    fsid: at.fsid,
    'mon host': `[v2:127.0.0.1:${at.monitor}]`,
    'mon initial members': 'a',
    'mon data': join(folder, 'mon'),
    'mon allow pool size one': 'true',
    'osd data': join(folder, 'osd'),
    'osd objectstore': 'memstore',
    'memstore device bytes': '2147483648',
    'osd pool default size': '1',
    'osd pool default min size': '1',
    'osd pool default pg num': '4',
    'osd pool default pg autoscale mode': 'off',
    'osd crush chooseleaf type': '0',
    'osd crush update on start': 'false',
    'osd class update on start': 'false',
    'auth cluster required': 'none',
    'auth service required': 'none',
    'auth client required': 'none',
    // The gateway asks for encryption of its own accord, which without keys there is none of.
    'ms mon client mode': 'crc',
    'public addr': '127.0.0.1',
    'cluster addr': '127.0.0.1',
    'run dir': folder,
    'log file': join(folder, '$name.log'),
    'admin socket': join(folder, '$name.$pid.asok'),
    'rgw frontends': `beast endpoint=127.0.0.1:${at.gateway}`,
  };
  return ['[global]', ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`), ''].join(
    '\n',
  );
}

async function answering(url: string): Promise<void> {
  const deadlineMs = Date.now() + READY_WITHIN_MS;
  while (
    !(await fetch(url).then(
      () => true,
      () => false,
    ))
  ) {
    if (Date.now() > deadlineMs) throw new Error(`Ceph's gateway does not answer at ${url}`);
    await sleep(200);
  }
}

async function end(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = new Promise((resolve) => daemon.once('exit', resolve));
  daemon.kill('SIGTERM');
  const timer = setTimeout(() => daemon.kill('SIGKILL'), ENDS_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}
