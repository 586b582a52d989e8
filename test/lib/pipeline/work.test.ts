import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removalBuildId, uploadBuildId } from '../../../lib/pipeline/build-id.ts';
import { parseWork } from '../../../lib/pipeline/work.ts';

const BUCKET = 'darkroom-input';

function s3Event(...objects: readonly { key: string; versionId?: string; eventName?: string }[]): string {
  const Records = objects.map(({ key, versionId, eventName = 'ObjectCreated:Put' }) => ({
    eventSource: 'aws:s3',
    eventName,
    s3: { bucket: { name: BUCKET }, object: { key, versionId } },
  }));
  return JSON.stringify({ Records });
}

/** As S3 encodes keys in events. */
function encode(key: string): string {
  return encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
}

describe('a message of the work queue', () => {
  it('with a put is the upload build of that version', () => {
    const version = { bucket: BUCKET, key: 'trip/cat.jpg', versionId: 'v1' };
    const [work, ...more] = parseWork(s3Event({ key: 'trip/cat.jpg', versionId: 'v1' }));
    expect(work).toEqual({
      kind: 'open',
      id: uploadBuildId(version),
      event: 'uploaded',
      subject: { kind: 'upload', version },
      by: {},
    });
    expect(more).toEqual([]);
  });

  it('tells a delete marker that was put from the same one that was taken away', () => {
    const version = { bucket: BUCKET, key: 'cat.jpg', versionId: 'v2' };
    const names = ['ObjectRemoved:DeleteMarkerCreated', 'ObjectRemoved:Delete'];
    const works = parseWork(
      s3Event(...names.map((eventName) => ({ key: 'cat.jpg', versionId: 'v2', eventName }))),
    );
    expect(works.map(({ id }) => id)).toEqual(names.map((name) => removalBuildId(version, name)));
    expect(new Set(works.map(({ id }) => id)).size).toBe(2);
  });

  it('keeps any key exactly: + is a space, and percent-decoding is done once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (key) => {
        fc.pre(key.isWellFormed());
        const [work] = parseWork(s3Event({ key: encode(key), versionId: 'v' }));
        expect(work).toMatchObject({ subject: { kind: 'upload', version: { key } } });
      }),
    );
    const [work] = parseWork(s3Event({ key: '100%2525+a%2Bb', versionId: 'v' }));
    expect(work).toMatchObject({ subject: { version: { key: '100%25 a+b' } } });
  });

  it('asks for a build in the name of who asked, or for one that failed to be tried again', () => {
    const [id, by] = ['a'.repeat(32), { owner: 'ada', machine: { cores: 2 } }];
    const version = { bucket: BUCKET, key: 'cat.jpg', versionId: 'v' };
    const request = { kind: 'request', version, pipeline: 'web', force: true };
    const parse = (message: object) => parseWork(JSON.stringify({ build: id, ...message }));
    expect(parse({})).toEqual([{ kind: 'build', id }]);
    expect(parse({ request, by })).toEqual([{ kind: 'open', id, event: 'requested', subject: request, by }]);
    expect(parse({ failedAt: 4, by })).toEqual([{ kind: 'retry', id, failedAt: 4, by }]);
    expect(parse({ request, by: { owner: 1 } })).toMatchObject([{ subject: { kind: 'malformed' } }]);
  });

  it('without a version id is of the version null, as in a bucket that keeps none', () => {
    expect(parseWork(s3Event({ key: 'cat.jpg' }))).toMatchObject([
      { subject: { version: { versionId: 'null' } } },
    ]);
  });

  it('that is the test event of S3 asks for nothing', () => {
    expect(
      parseWork(JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: BUCKET })),
    ).toEqual([]);
  });

  it('with many records is many works, and a bad one among them spoils no other', () => {
    const works = parseWork(
      s3Event(
        { key: 'a.jpg', versionId: '1' },
        { key: '%E0%A4%A', versionId: '2' },
        { key: 'b.jpg', versionId: '3' },
      ),
    );
    expect(works.map((work) => work.kind === 'open' && work.subject.kind)).toEqual([
      'upload',
      'malformed',
      'upload',
    ]);
  });

  it('names a build', () => {
    const build = 'a'.repeat(32);
    expect(parseWork(JSON.stringify({ build }))).toEqual([{ kind: 'build', id: build }]);
  });

  it.each([
    ['no JSON', 'hello'],
    ['another shape', '{"records":[]}'],
    [
      'no text as key',
      '{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":7}}}]}',
    ],
    ['an event that nothing is done for', s3Event({ key: 'a', eventName: 'ObjectTagging:Put' })],
    ['a build that is no id', '{"build":"../../etc"}'],
  ])('with %s becomes a build that tells so', (_what, body) => {
    expect(parseWork(body)).toMatchObject([{ kind: 'open', subject: { kind: 'malformed' } }]);
  });

  it('never throws, whatever it holds', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (body) => void parseWork(body)));
  });
});
