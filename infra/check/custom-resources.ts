import { readAssembly } from '../local/topology/templates.ts';

/**
 * The resources of an assembly that a function of somebody else's makes at the deploy, and takes away at the next: each would be code that
 * nobody here wrote, with permissions that nobody here gave. There are to be none.
 */
export function customResources(assembly: string): readonly string[] {
  return readAssembly(assembly).templates.flatMap(({ stack, resources }) =>
    [...resources]
      .filter(([, { type }]) => /^Custom::|^AWS::CloudFormation::(CustomResource|Macro)$/.test(type))
      .map(([id, { type }]) => `${stack}: ${id} is a ${type}`),
  );
}
