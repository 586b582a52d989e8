import assert from 'node:assert/strict';
import { ListObjectsV2Command, type ListObjectsV2CommandInput } from '@aws-sdk/client-s3';
import { inTurns } from '../case.ts';
import { put, type S3World } from './world.ts';

/** A page of any version of the listing. */
export interface Listed {
  readonly Contents?: { readonly Key?: string | undefined }[] | undefined;
  readonly CommonPrefixes?: { readonly Prefix?: string | undefined }[] | undefined;
  readonly NextMarker?: string | undefined;
}

/** Puts these keys, and holds when the pages of their listing are these: the keys of each, then its common prefixes. */
export async function lists(
  on: S3World,
  keys: readonly string[],
  options: Partial<ListObjectsV2CommandInput>,
  expected: readonly (readonly string[])[],
): Promise<void> {
  await fill(on, keys);
  assert.deepEqual(await pages(on, options), expected);
}

export async function fill(on: S3World, keys: readonly string[]): Promise<void> {
  await inTurns(keys.toReversed(), 8, (key) => put(on, key, ''));
}

/** Page for page, the keys and then the common prefixes. */
export async function pages(
  { s3, bucket: Bucket }: S3World,
  options: Partial<ListObjectsV2CommandInput>,
): Promise<string[][]> {
  const all: string[][] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, ...options, ContinuationToken }));
    all.push(namesOf(page));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return all;
}

export function namesOf({ Contents = [], CommonPrefixes = [] }: Listed): string[] {
  return [...Contents.map(({ Key }) => Key ?? ''), ...CommonPrefixes.map(({ Prefix }) => Prefix ?? '')];
}
