import { createResolver } from '../../../../infra/local/topology/intrinsics.ts';
import type { Assembly, StackTemplate } from '../../../../infra/local/topology/templates.ts';

export const PLACE = { accountId: '000000000000', region: 'eu-north-1', awsUrl: 'http://127.0.0.1:4566' };

export interface MadeUpStack {
  readonly stack?: string;
  /** `[type, properties]` by logical id. */
  readonly resources?: Readonly<
    Record<string, readonly [type: string, properties?: Readonly<Record<string, unknown>>]>
  >;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly assets?: Readonly<Record<string, string>>;
}

/** A template of a few lines, as if it had been synthesized. */
export function madeUp({
  stack = 'Made',
  resources = {},
  exports = {},
  assets = {},
}: MadeUpStack): StackTemplate {
  return {
    stack,
    resources: new Map(
      Object.entries(resources).map(([id, [type, properties = {}]]) => [id, { type, properties }]),
    ),
    exports: new Map(Object.entries(exports)),
    assets: new Map(Object.entries(assets)),
  };
}

export function assemblyOf(...stacks: readonly MadeUpStack[]): Assembly {
  return { outdir: '/nowhere', templates: stacks.map(madeUp) };
}

/** What a value of the first stack becomes. */
export function resolved(value: unknown, ...stacks: readonly MadeUpStack[]): unknown {
  const templates = stacks.map(madeUp);
  return createResolver(templates[0] ?? madeUp({}), templates, PLACE)(value);
}
