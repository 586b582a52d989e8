import assert from 'node:assert/strict';
import {
  CopyObjectCommand,
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
} from '@aws-sdk/client-s3';
import { type Case, feature, refused } from '../case.ts';
import { completeUpload, twoParts } from './parts.ts';
import { keepVersions, put, type S3World } from './world.ts';

const RULES: LifecycleRule[] = [
  {
    ID: 'old versions',
    Status: 'Enabled',
    Filter: { Prefix: 'derived/' },
    NoncurrentVersionExpiration: { NoncurrentDays: 30 },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
  },
];

const abort = { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } };
const temporary = { Key: 'temp', Value: 'yes' };

/** Rules that S3 refuses, and by which code. An upload under way has neither tags nor a size, a marker has no tags. */
const REFUSED: readonly (readonly [id: string, rule: Partial<LifecycleRule>, code: string])[] = [
  ['no-days', { Expiration: { Days: 0 } }, 'InvalidArgument'],
  ['no-days-of-versions', { NoncurrentVersionExpiration: { NoncurrentDays: 0 } }, 'InvalidArgument'],
  ['no-days-of-uploads', { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 0 } }, 'InvalidArgument'],
  ['no-midnight', { Expiration: { Date: new Date('2099-01-01T12:00:00Z') } }, 'InvalidArgument'],
  ['abort-by-tag', { Filter: { Tag: temporary }, ...abort }, 'InvalidRequest'],
  ['abort-by-tags', { Filter: { And: { Prefix: 'a', Tags: [temporary] } }, ...abort }, 'InvalidRequest'],
  ['abort-by-size', { Filter: { ObjectSizeGreaterThan: 1 }, ...abort }, 'InvalidRequest'],
  [
    'marker-by-tag',
    { Filter: { Tag: temporary }, Expiration: { ExpiredObjectDeleteMarker: true } },
    'InvalidRequest',
  ],
];

const DAY_MS = 86_400_000;

export const LIFECYCLE: readonly Case<S3World>[] = feature('lifecycle', [
  {
    id: 'kept',
    what: 'lifecycle rules are set, told and removed',
    async run(on) {
      const at = { Bucket: on.bucket };
      const told = async () => (await on.s3.send(new GetBucketLifecycleConfigurationCommand(at))).Rules;
      await rule(on, ...RULES);
      assert.deepEqual(await told(), RULES);
      await on.s3.send(new DeleteBucketLifecycleCommand(at));
      await refused(told(), 'NoSuchLifecycleConfiguration', 404);
    },
  },
  ...REFUSED.map(([id, more, code]) => ({
    id,
    what: `a rule with ${JSON.stringify(more)} is refused`,
    run: async (on: S3World) =>
      void (await refused(rule(on, { Status: 'Enabled', Filter: {}, ...more }), code, 400)),
  })),
  {
    id: 'expires',
    what: 'whoever puts or reads an object hears when a rule ends it, and which',
    async run(on) {
      await rule(
        on,
        expiring('in ten/days', { Filter: { Prefix: 'temp/' }, Expiration: { Days: 10 } }),
        expiring('in two days', { Filter: { Prefix: 'temp/soon/' }, Expiration: { Days: 2 } }),
      );
      const written = await put(on, 'temp/a');
      const head = await on.s3.send(new HeadObjectCommand({ Bucket: on.bucket, Key: 'temp/a' }));
      const endMs = Math.ceil((head.LastModified?.getTime() ?? 0) / DAY_MS) * DAY_MS + 10 * DAY_MS;
      const expected = `expiry-date="${new Date(endMs).toUTCString()}", rule-id="in%20ten%2Fdays"`;
      const get = await on.s3.send(new GetObjectCommand({ Bucket: on.bucket, Key: 'temp/a' }));
      await get.Body?.transformToString();
      const source = { CopySource: `${on.bucket}/temp/a` };
      const copy = await on.s3.send(new CopyObjectCommand({ Bucket: on.bucket, Key: 'temp/b', ...source }));
      const told = [written, head, get, copy].map(({ Expiration }) => Expiration);
      assert.deepEqual(told, [expected, expected, expected, expected]);
      assert.match((await put(on, 'temp/soon/a')).Expiration ?? '', /rule-id="in%20two%20days"$/);
      assert.equal((await put(on, 'kept')).Expiration, undefined);
    },
  },
  {
    id: 'expires-parts',
    what: 'whoever completes an upload hears when it ends',
    async run(on) {
      await rule(on, expiring('all', { Expiration: { Date: new Date('2099-01-01T00:00:00Z') } }));
      const { Expiration } = await completeUpload(on, await twoParts(on));
      assert.equal(Expiration, 'expiry-date="Thu, 01 Jan 2099 00:00:00 GMT", rule-id="all"');
    },
  },
  {
    id: 'expires-tagged',
    what: 'a rule for a tag, or one that is disabled, is told of nothing else',
    async run(on) {
      await rule(
        on,
        expiring('tagged', { Filter: { Tag: temporary }, Expiration: { Days: 1 } }),
        expiring('off', { Status: 'Disabled', Expiration: { Days: 1 } }),
      );
      assert.equal((await put(on, 'plain')).Expiration, undefined);
      assert.match((await put(on, 'tagged', 'x', { Tagging: 'temp=yes' })).Expiration ?? '', /tagged/);
    },
  },
  {
    id: 'expires-older',
    what: 'a version that is no longer current is not told to expire as the current one does',
    async run(on) {
      await keepVersions(on);
      await rule(on, expiring('all', { Expiration: { Days: 1 } }));
      const { VersionId } = await put(on, 'key');
      await put(on, 'key');
      const head = (version: object) =>
        on.s3.send(new HeadObjectCommand({ Bucket: on.bucket, Key: 'key', ...version }));
      assert.equal((await head({ VersionId })).Expiration, undefined);
      assert.ok((await head({})).Expiration);
    },
  },
]);

function expiring(ID: string, more: Partial<LifecycleRule>): LifecycleRule {
  return { ID, Status: 'Enabled', Filter: {}, ...more };
}

function rule({ s3, bucket: Bucket }: S3World, ...Rules: LifecycleRule[]) {
  const LifecycleConfiguration = { Rules };
  return s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
}
