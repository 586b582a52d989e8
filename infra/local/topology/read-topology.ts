import { identify, type Place } from './identities.ts';
import { createResolver, type Resolve } from './intrinsics.ts';
import { resourcePoliciesOf, rolesOf } from './permissions.ts';
import { type Found, SPECS } from './specs.ts';
import type { Assembly, Resource } from './templates.ts';
import type { Topology } from './topology.ts';

/**
 * What an assembly synthesized with `target=here` has to run. Throws an Error that names the resource for a type or a value that is
 * not understood: nothing of a template is dropped in silence.
 */
export function readTopology({ templates }: Assembly, place: Place): Topology {
  const found = templates.flatMap((stack) => {
    const resolve = createResolver(stack, templates, place);
    return [...stack.resources].map(([id, resource]) =>
      naming(`${stack.stack}/${id} (${resource.type})`, () =>
        read(id, resource, place, resolve, stack.assets),
      ),
    );
  });
  const all = <K extends keyof Found>(kind: K): readonly NonNullable<Found[K]>[] =>
    found.map((it) => it[kind]).filter((it) => it !== undefined);
  const integrations = new Map(
    all('integration').map(({ id, functionArn, timeoutMs }) => [id, { functionArn, timeoutMs }]),
  );
  const buckets = all('bucket').map((bucket) => {
    const policy = all('bucketPolicy').find((one) => one.bucket === bucket.name)?.text;
    return policy === undefined ? bucket : { ...bucket, settings: { ...bucket.settings, policy } };
  });
  const [queues, functions] = [all('queue'), all('fn')];
  const [throttle] = all('throttle');
  /** An event source may call its function by name or by ARN. */
  const arnOf = (nameOrArn: string): string =>
    functions.find(({ name }) => name === nameOrArn)?.arn ?? nameOrArn;
  return {
    buckets,
    queues,
    tables: all('table'),
    functions,
    roles: rolesOf(all('role'), all('rolePolicy'), functions),
    resourcePolicies: resourcePoliciesOf(all('resourcePolicy'), { buckets, queues }),
    eventSources: all('eventSource').map((source) => ({ ...source, functionArn: arnOf(source.functionArn) })),
    schedules: found.flatMap(({ schedules = [] }) => schedules),
    api: {
      routes: all('route').map(({ key, integration }) => {
        const target = integrations.get(integration);
        if (target === undefined)
          throw new Error(`The route ${key} leads to ${integration}, which is no integration`);
        return { key, ...target };
      }),
      ...(throttle !== undefined && { throttle }),
    },
  };
}

function read(
  id: string,
  resource: Resource,
  place: Place,
  resolve: Resolve,
  assets: ReadonlyMap<string, string>,
): Found {
  const spec = SPECS[resource.type];
  if (spec === undefined) throw new Error('this type of resource is not understood on one machine');
  if (spec === 'not needed here') return {};
  const properties = resolve(resource.properties) as Record<string, unknown>;
  return spec(properties, { id, identity: identify(id, resource, place, resolve), assets });
}

function naming<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
