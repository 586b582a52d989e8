import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { commitOf } from '../commit.ts';
import { type Assembly, readAssembly } from './topology/templates.ts';

export interface SynthesisOptions {
  /** Folder of the project. */
  readonly root: string;
  /** State folder: the assembly goes to `assembly/` in it. */
  readonly home: string;
  /** Settings of the CDK app, `target` among them. */
  readonly context: Readonly<Record<string, string>>;
  /** Told when the app has to be synthesized, which takes seconds. */
  readonly onSynthesis?: () => void;
}

/** What an assembly is made of. The runtime itself is not: it only reads it. */
const SOURCES = ['functions', 'lib', 'infra', 'pipelines', 'cdk.json', 'package.json', 'package-lock.json'];
const NOT_A_SOURCE = join('infra', 'local');
const FINGERPRINT = 'fingerprint';

/**
 * Synthesizes the CDK app, unless the last assembly was made of the same sources and settings. The fingerprint is written last, so that a
 * synthesis that was killed is made again. Throws an Error with all that the app said.
 */
export async function synthesize(options: SynthesisOptions): Promise<Assembly> {
  const { root, home, context, onSynthesis } = options;
  const outdir = join(home, 'assembly');
  const file = join(outdir, FINGERPRINT);
  const fingerprint = fingerprintOf(root, context);
  const kept = existsSync(file) && readFileSync(file, 'utf8') === fingerprint ? readWhole(outdir) : undefined;
  if (kept !== undefined) return kept;

  onSynthesis?.();
  rmSync(outdir, { recursive: true, force: true });
  const environment = { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) };
  try {
    const app = [join(root, 'infra', 'app.ts')];
    await promisify(execFile)(process.execPath, app, { cwd: root, env: environment, maxBuffer: 2 ** 24 });
  } catch (error) {
    const { stderr, message } = error as { readonly stderr?: string; readonly message: string };
    throw new Error(`The CDK app cannot be synthesized: ${stderr || message}`, { cause: error });
  }
  writeFileSync(file, fingerprint);
  return readAssembly(outdir);
}

/** Undefined for an assembly that somebody damaged since: it is made again. */
function readWhole(outdir: string): Assembly | undefined {
  try {
    const assembly = readAssembly(outdir);
    const assets = assembly.templates.flatMap((stack) => [...stack.assets.values()]);
    return assets.every((path) => existsSync(path)) ? assembly : undefined;
  } catch {
    return undefined;
  }
}

function fingerprintOf(root: string, context: SynthesisOptions['context']): string {
  const hash = createHash('sha256').update(
    JSON.stringify([
      ...[process.version, availableParallelism(), root, commitOf(root)],
      Object.entries(context).toSorted(),
    ]),
  );
  for (const file of SOURCES.flatMap((name) => filesOf(join(root, name)))) {
    const name = relative(root, file);
    if (!name.startsWith(NOT_A_SOURCE)) hash.update(`${name}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function filesOf(path: string): readonly string[] {
  if (/\.json$/.test(path)) return [path];
  const entries = readdirSync(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
