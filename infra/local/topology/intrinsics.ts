import { identify, type Place } from './identities.ts';
import type { StackTemplate } from './templates.ts';

/** Turns a value of a template into what CloudFormation would make of it here. */
export type Resolve = (value: unknown) => unknown;

/**
 * A resolver for the values of one stack, which may import those that other `stacks` export. It throws an Error that names the
 * intrinsic that it does not understand; the caller knows the resource.
 */
export function createResolver(
  stack: StackTemplate,
  stacks: readonly StackTemplate[],
  place: Place,
): Resolve {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': place.accountId,
    'AWS::Region': place.region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack.stack,
  };

  /** What `Ref` gives of a resource or pseudo parameter, or `Fn::GetAtt` of an attribute. */
  const refer = (id: string, attribute?: string): string => {
    if (attribute === undefined && pseudo[id] !== undefined) return pseudo[id];
    const resource = stack.resources.get(id);
    if (resource === undefined) throw new Error(`Ref to ${id}, which is not in ${stack.stack}`);
    const { ref, attributes } = identify(id, resource, place, resolve);
    const found = attribute === undefined ? ref : attributes[attribute];
    if (found === undefined)
      throw new Error(`Fn::GetAtt of ${attribute} of ${id} (${resource.type}) is not understood`);
    return found;
  };

  const intrinsics: Readonly<Record<string, (argument: unknown) => unknown>> = {
    Ref: (id) => refer(String(id)),
    'Fn::GetAtt': (path) => {
      const [id = '', ...attribute] = Array.isArray(path) ? path.map(String) : String(path).split('.');
      return refer(id, attribute.join('.'));
    },
    'Fn::Join': (argument) => {
      const [separator, parts] = listOf(argument);
      return listOf(resolve(parts)).join(String(separator));
    },
    'Fn::Select': (argument) => {
      const [index, list] = listOf(argument);
      return listOf(resolve(list))[Number(resolve(index))];
    },
    'Fn::Split': (argument) => {
      const [separator, text] = listOf(argument);
      return String(resolve(text)).split(String(separator));
    },
    'Fn::Sub': (argument) => {
      const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
      const own = variables as Readonly<Record<string, unknown>>;
      return String(text).replaceAll(/\$\{(!?)([^}]+)\}/g, (_all, literal: string, name: string) => {
        if (literal !== '') return `\${${name}}`;
        if (Object.hasOwn(own, name)) return String(resolve(own[name]));
        const [id = '', ...attribute] = name.split('.');
        return attribute.length === 0 ? refer(id) : refer(id, attribute.join('.'));
      });
    },
    'Fn::ImportValue': (argument) => {
      const name = String(resolve(argument));
      const exporter = stacks.find(({ exports }) => exports.has(name));
      if (exporter === undefined) throw new Error(`Fn::ImportValue of ${name}, which no stack exports`);
      return createResolver(exporter, stacks, place)(exporter.exports.get(name));
    },
  };

  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [[key, argument] = ['', undefined]] = entries;
    if (entries.length !== 1 || !(key === 'Ref' || key.startsWith('Fn::'))) {
      return Object.fromEntries(entries.map(([name, inner]) => [name, resolve(inner)]));
    }
    const intrinsic = intrinsics[key];
    if (intrinsic === undefined) throw new Error(`The intrinsic ${key} is not understood`);
    return intrinsic(argument);
  }

  return resolve;
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`A list is expected, not ${JSON.stringify(value)}`);
  return value;
}
