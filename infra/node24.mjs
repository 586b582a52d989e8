import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `node infra/node24.mjs [options] file [arguments]` is `node [options] file [arguments]` under the Node 24 that the lockfile brings,
 * whatever Node this is: any from 18 up. npm 11 links it as `node` for its scripts; npm 10 and older link a name that several optional
 * packages claim for the first of them only, and that one is for another machine.
 */
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const WANTED = 24;
/** From here on Node strips types without being asked: https://nodejs.org/api/typescript.html */
const LEAST = [22, 18];
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'];

const node = chooseNode();
if (node === undefined) {
  const least = LEAST.join('.');
  console.error(
    `darkroom: this is Node ${process.versions.node}, and ${least} is the least. npm ci brings Node ${WANTED} for Linux, macOS and Windows, unless it is told --omit=optional.`,
  );
  process.exit(1);
}
const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
const parameters = process.argv.slice(2);
if (process.execve && process.platform !== 'win32') replace(node);
else follow(spawn(node, parameters, { env, stdio: 'inherit' }));

/** This Node if it is the wanted one, then the lockfile's, then this one if it will do. */
function chooseNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major === WANTED) return process.execPath;
  const [leastMajor = 0, leastMinor = 0] = LEAST;
  const isEnough = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  return installedNode() ?? (isEnough ? process.execPath : undefined);
}

function installedNode() {
  const { optionalDependencies } = readJson(join(ROOT, 'package.json'));
  const platform = `-${process.platform.replace('win32', 'win')}-${process.arch}`;
  const name = Object.keys(optionalDependencies).find(
    (it) => it.startsWith('node-') && it.endsWith(platform),
  );
  if (name === undefined) return undefined;
  const folder = join(ROOT, 'node_modules', name);
  return existsSync(folder) ? join(folder, readJson(join(folder, 'package.json')).bin.node) : undefined;
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The same process goes on as `file`: nothing stands between it and its signals. */
function replace(file) {
  // Its only word would be that execve is experimental.
  process.removeAllListeners('warning');
  process.execve(file, [file, ...parameters], env);
}

/** Stands in for a child: what reaches the one reaches the other, and the child's end is the end of both. */
function follow(child) {
  for (const signal of PASSED_ON) {
    if (signal in constants.signals) process.on(signal, () => child.kill(signal));
  }
  child.on('error', (error) => {
    console.error(`darkroom: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
