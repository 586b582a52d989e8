import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import cdk from '../../cdk.json' with { type: 'json' };
import { compose } from '../../infra/compose.ts';
import { createResolver } from '../../infra/local/topology/intrinsics.ts';
import { readAssembly } from '../../infra/local/topology/templates.ts';
import { readSettings } from '../../infra/settings.ts';

/** Where the stacks are said to be deployed: their names and ARNs hold it. */
export const PLACE = { accountId: '111122223333', region: 'eu-west-1', awsUrl: 'https://aws.invalid' };

export interface Deployed {
  readonly id: string;
  readonly type: string;
  /** With all names and ARNs in place. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** What the template says beside the properties. */
  readonly template: {
    readonly DependsOn?: readonly string[];
    readonly DeletionPolicy?: string;
    readonly UpdateReplacePolicy?: string;
  };
}

export interface Deployment {
  readonly resources: readonly Deployed[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly all: (type: string) => readonly Deployed[];
  /** The only resource of a type that has these properties. */
  readonly one: (type: string, properties?: Readonly<Record<string, unknown>>) => Deployed;
}

/** Both stacks as the app composes them for AWS. Only their functions are empty. `check` may add to the app what is to look at it. */
export function deploy(
  context: Readonly<Record<string, unknown>> = {},
  check: (app: App) => void = () => {},
): Deployment {
  const outdir = mkdtempSync(join(tmpdir(), 'darkroom-deployment-'));
  try {
    const app = new App({ outdir, context: cdk.context });
    const code = (): Code => Code.fromInline('export {};');
    compose(app, { settings: readSettings(context), version: '1.2.3', code });
    check(app);
    app.synth();
    return read(outdir);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function read(outdir: string): Deployment {
  const { templates } = readAssembly(outdir);
  const stacks = templates.map((stack) => ({
    resolve: createResolver(stack, templates, PLACE),
    template: JSON.parse(readFileSync(join(outdir, `${stack.stack}.template.json`), 'utf8')) as Template,
  }));
  const resources = stacks.flatMap(({ resolve, template }) =>
    Object.entries(template.Resources).map(([id, { Type: type, Properties = {}, ...rest }]) => {
      return { id, type, properties: resolve(Properties) as Deployed['properties'], template: rest };
    }),
  );
  const outputs = stacks.flatMap(({ resolve, template }) =>
    Object.entries(template.Outputs).map(([name, { Value }]) => [name, resolve(Value)]),
  );
  const all = (type: string) => resources.filter((it) => it.type === type);
  const one = (type: string, properties: Readonly<Record<string, unknown>> = {}): Deployed => {
    const fitting = all(type).filter((it) =>
      Object.entries(properties).every(([name, value]) => it.properties[name] === value),
    );
    const [found, ...more] = fitting;
    if (found === undefined || more.length > 0)
      throw new Error(`${fitting.length} resources ${type} ${JSON.stringify(properties)}`);
    return found;
  };
  return { resources, outputs: Object.fromEntries(outputs), all, one };
}

interface Template {
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly Properties?: Readonly<Record<string, unknown>>;
      } & Deployed['template']
    >
  >;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}
