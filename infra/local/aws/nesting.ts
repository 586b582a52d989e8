/**
 * Whether a parsed document is nested deeper than this. To be asked before anything walks it: a megabyte of brackets ends whatever
 * calls itself once a level.
 */
export function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((one) => isDeeper(one, depth - 1));
}
