import { stemOf } from '../pipeline/name.ts';
import type { Status } from '../pipeline/status.ts';

/** Which rows of the log are asked for, beyond the partition that they are read from. */
export interface EventsFilter {
  /** A key or a stem in the input bucket. */
  readonly image?: string;
  readonly status?: Status;
  /** RFC 3339, inclusive. */
  readonly since?: string;
  /** RFC 3339, exclusive. */
  readonly until?: string;
  /** The first row of each build alone. */
  readonly isFirst?: true;
}

interface Condition {
  readonly name: string;
  readonly operator: '=' | '>=' | '<';
  readonly value: string | number | undefined;
}

/** The filter as DynamoDB takes it. An image asked for by a key with an extension is that key alone, not its stem's others. */
export function filterOf({ image, status, since, until, isFirst }: EventsFilter) {
  const isWholeKey = image !== undefined && stemOf(image) !== image;
  const all: readonly Condition[] = [
    { name: 'image', operator: '=', value: isWholeKey ? image : undefined },
    { name: 'status', operator: '=', value: status },
    { name: 'time', operator: '>=', value: since },
    { name: 'time', operator: '<', value: until },
    { name: 'position', operator: '=', value: isFirst && 1 },
  ];
  const asked = all.filter(({ value }) => value !== undefined);
  const tests = asked.map(({ name, operator }, i) => `#${name} ${operator} :filter${i}`);
  return {
    filter: asked.length === 0 ? undefined : tests.join(' AND '),
    names: asked.length === 0 ? undefined : Object.fromEntries(asked.map(({ name }) => [`#${name}`, name])),
    values: Object.fromEntries(asked.map(({ value }, i) => [`:filter${i}`, value])),
  };
}
