import type { AttributeValue } from '@aws-sdk/client-dynamodb';

type Item = Readonly<Record<string, AttributeValue>>;

/**
 * Write units of one item: one a KB begun, for the table and for each index that it has keys of.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export function writeUnits(item: Item): number {
  const places = 1 + Object.keys(item).filter((name) => /^gsi\d+pk$/.test(name)).length;
  return places * Math.ceil(sizeOf(item) / 1_024);
}

/** Bytes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
function sizeOf(item: Item): number {
  const sizes = Object.entries(item).map(([name, value]) => Buffer.byteLength(name) + sizeOfValue(value));
  return sum(sizes);
}

function sizeOfValue(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.length / 2) + 1;
  if (value.L !== undefined) return COLLECTION_BYTES + sum(value.L.map((it) => 1 + sizeOfValue(it)));
  if (value.M !== undefined) return COLLECTION_BYTES + Object.keys(value.M).length + sizeOf(value.M);
  return 1;
}

const COLLECTION_BYTES = 3;

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, it) => total + it, 0);
}
