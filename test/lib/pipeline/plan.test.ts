import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkKey, extensionOf, stemOf } from '../../../lib/pipeline/name.ts';
import { isMatch } from '../../../lib/pipeline/pipelines.ts';
import { checkPlan, placesOf, planOutputs } from '../../../lib/pipeline/plan.ts';

const versionOf = (key: string) => ({ bucket: 'darkroom-input', key, versionId: 'v1' });
const keysFor = (key: string): readonly string[] =>
  planOutputs({ kind: 'upload', version: versionOf(key) }).map((output) => output.key);

describe('the plan of an upload', () => {
  it('is the negative beside it, and thumbnail and preview in its own folder', () => {
    expect(keysFor('trip/cat.jpg')).toEqual([
      'trip/negated_cat.jpg',
      'derived/trip/cat.jpg/thumbnail.jpg',
      'derived/trip/cat.jpg/preview.jpg',
    ]);
  });

  it('gives no two images the same output', () => {
    const name = fc.stringMatching(/^(negated_|derived\/|~|cat|\.jpg|\/|thumbnail){1,5}$/);
    fc.assert(
      fc.property(name, name, (a, b) => {
        fc.pre(a !== b);
        const shared = keysFor(a).filter((key) => keysFor(b).includes(key));
        expect(shared).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is refused when an output could have no key in S3', () => {
    const plan = (key: string) => planOutputs({ kind: 'upload', version: versionOf(key) });
    expect(() => checkPlan(plan(`${'a'.repeat(1_000)}.jpg`))).toThrow(
      expect.objectContaining({ code: 'KEY_TOO_LONG' }),
    );
    expect(() => checkPlan(plan(`${'a'.repeat(990)}.jpg`))).not.toThrow();
  });
});

describe('the plan of a request', () => {
  it('for a pipeline and one output of it', () => {
    const plan = planOutputs({
      kind: 'request',
      version: versionOf('cat.jpg'),
      pipeline: 'web',
      step: 'w640',
    });
    expect(plan).toMatchObject([{ key: 'derived/cat.jpg/w640.webp', pipeline: 'web@1' }]);
  });

  it('for a recipe is kept under the version that it was made of', () => {
    const [first] = planOutputs({ kind: 'request', version: versionOf('cat.jpg'), recipe: 'xsize-320.jpg' });
    const [second] = planOutputs({
      kind: 'request',
      version: { ...versionOf('cat.jpg'), versionId: 'v2' },
      recipe: 'xsize-320.jpg',
    });
    expect(first?.key).toMatch(/^derived\/cat\.jpg\/~[0-9a-f]{16}\/xsize-320\.jpg$/);
    expect(second?.key).not.toBe(first?.key);
    expect(first?.key.startsWith(placesOf('cat.jpg').folder)).toBe(true);
  });
});

describe('the name of an image', () => {
  it.each([
    ['trip/cat.jpg', 'trip/cat', 'jpg'],
    ['trip/cat.JPEG', 'trip/cat', 'JPEG'],
    ['trip.v2/cat', 'trip.v2/cat', ''],
    ['cat.2024', 'cat.2024', '2024'],
    ['.jpg', '.jpg', ''],
    ['a.b.png', 'a.b', 'png'],
  ])('%s has the stem %s', (key, stem, extension) => {
    expect(stemOf(key)).toBe(stem);
    expect(extensionOf(key)).toBe(extension);
  });

  it.each(['', 'a/../b', '.', 'a\u0000b', 'a\nb', '\ud800', 'download/cat.jpg', 'x'.repeat(1_025)])(
    '%j is refused',
    (key) => {
      expect(() => checkKey(key)).toThrow();
    },
  );

  it.each(['a b+c%20\'"ü/日本.jpg', 'x//y', '/x', '..a', 'downloads/x', '🐈.png'])('%j is taken', (key) => {
    expect(() => checkKey(key)).not.toThrow();
  });
});

describe('the input of a pipeline', () => {
  it.each([
    ['**', 'any/where.jpg', true],
    ['trip/', 'trip/a/b.jpg', true],
    ['trip/', 'trips/a.jpg', false],
    ['trip/*.jpg', 'trip/a.jpg', true],
    ['trip/*.jpg', 'trip/a/b.jpg', false],
  ])('%s matches %s: %s', (input, key, matches) => {
    expect(isMatch(key, input)).toBe(matches);
  });
});
