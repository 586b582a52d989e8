import { GetObjectCommand, type S3ClientConfig } from '@aws-sdk/client-s3';
import { answers, type Case, feature, refused } from '../case.ts';
import { put, read, type S3World } from './world.ts';

const DAY_MS = 86_400_000;

export const CALLERS: readonly Case<S3World>[] = feature('caller', [
  {
    id: 'wrong-secret',
    what: 'who signs with another secret is refused',
    run: (on) =>
      isRefused(on, 'SignatureDoesNotMatch', {
        credentials: { accessKeyId: on.target.accessKeyId, secretAccessKey: 'another' },
      }),
  },
  {
    id: 'unknown',
    what: 'who is not known is refused',
    run: (on) =>
      isRefused(on, 'InvalidAccessKeyId', {
        credentials: { accessKeyId: 'nobody', secretAccessKey: on.target.secretAccessKey },
      }),
  },
  {
    id: 'late-clock',
    what: 'whose clock is a day late is refused',
    run: (on) => isRefused(on, 'RequestTimeTooSkewed', { systemClockOffset: -DAY_MS }),
  },
  {
    id: 'early-clock',
    what: 'whose clock is a day early is refused',
    run: (on) => isRefused(on, 'RequestTimeTooSkewed', { systemClockOffset: DAY_MS }),
  },
  {
    id: 'nobody-reads',
    what: 'who does not sign reads nothing',
    async run(on) {
      await put(on, 'key');
      await answers(await fetch(`${on.target.endpoint}/${on.bucket}/key`), 403, 'AccessDenied');
    },
  },
  {
    id: 'nobody-lists',
    what: 'who does not sign lists nothing',
    run: async (on) =>
      void (await answers(await fetch(`${on.target.endpoint}/${on.bucket}`), 403, 'AccessDenied')),
  },
  {
    id: 'nobody-writes',
    what: 'who does not sign writes nothing',
    async run(on) {
      const url = `${on.target.endpoint}/${on.bucket}/key`;
      await answers(await fetch(url, { method: 'PUT', body: 'content' }), 403, 'AccessDenied');
      await refused(read(on, 'key'), 'NoSuchKey');
    },
  },
]);

async function isRefused(on: S3World, code: string, config: S3ClientConfig): Promise<void> {
  await put(on, 'key');
  const call = on.s3With(config).send(new GetObjectCommand({ Bucket: on.bucket, Key: 'key' }));
  await refused(call, code, 403);
}
