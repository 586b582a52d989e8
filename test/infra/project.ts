import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readAssembly } from '../../infra/local/topology/templates.ts';

export const ROOT = join(import.meta.dirname, '..', '..');
const COPIED = ['infra', 'lib', 'pipelines', 'cdk.json', 'package.json', 'package-lock.json', '.npmrc'];

/** A handler without sharp, and one that makes a picture with it: no test here depends on what the real functions import. */
export const PLAIN = `export const handler = async () => ({ statusCode: 200, body: 'plain' });\n`;
export const WITH_SHARP = `import sharp from 'sharp';
export const handler = async () => {
  const create = { width: 1, height: 1, channels: 3, background: 'red' } as const;
  const png = await sharp({ create }).png().toBuffer();
  return png.subarray(1, 4).toString();
};
`;

export interface Project {
  readonly root: string;
  remove(): void;
}

/** A copy of the project's infrastructure in the temporary folder, with tiny functions. */
export function createProject(): Project {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'darkroom-infra-'));
  for (const name of COPIED) cpSync(join(ROOT, name), join(root, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'junction');
  const handlers = { process: WITH_SHARP, api: PLAIN, render: PLAIN, sweep: PLAIN };
  for (const [name, source] of Object.entries(handlers)) {
    mkdirSync(join(root, 'functions', name), { recursive: true });
    writeFileSync(join(root, 'functions', name, 'handler.ts'), source);
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

export interface Synthesis {
  /** Unpacked asset of each function by its name in AWS. */
  readonly codeOf: (functionName: string) => string;
  /** All assets by the hash of their content. */
  readonly assetKeys: readonly string[];
}

/** Runs the CDK app of a project as the CLI does. Rejects with what the app said. */
export async function runApp(options: {
  readonly root: string;
  readonly outdir: string;
  readonly context: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}): Promise<Synthesis> {
  const { root, outdir, context, environment } = options;
  const env = {
    ...process.env,
    ...environment,
    CDK_OUTDIR: outdir,
    CDK_CONTEXT_JSON: JSON.stringify(context),
  };
  await promisify(execFile)(process.execPath, [join(root, 'infra', 'app.ts')], { cwd: root, env });
  const { templates } = readAssembly(outdir);
  const assets = new Map(templates.flatMap((stack) => [...stack.assets]));
  const functions = templates
    .flatMap(({ resources }) => [...resources.values()])
    .filter(({ type }) => type === 'AWS::Lambda::Function')
    .map(({ properties }) => properties as unknown as FunctionProperties);
  return {
    assetKeys: [...assets.keys()].toSorted(),
    codeOf(functionName) {
      const code = functions.find((it) => it.FunctionName === functionName)?.Code.S3Key ?? '';
      const folder = assets.get(code);
      if (folder === undefined) throw new Error(`${functionName} has no asset`);
      return folder;
    },
  };
}

interface FunctionProperties {
  readonly FunctionName: string;
  readonly Code: { readonly S3Key: string };
}
