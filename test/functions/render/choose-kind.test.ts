import { describe, expect, it } from 'vitest';
import { kindsFor } from '../../../functions/render/choose-kind.ts';

const ask = (accept: string | undefined, key = 'cat.jpg') =>
  kindsFor({ kind: 'auto', accept, key, format: undefined });

describe('the kind of an answer', () => {
  it('is what the query says, else the path, else jpg', () => {
    const asked = { accept: 'image/png', key: 'cat.png' };
    expect(kindsFor({ ...asked, kind: 'jpeg', format: 'webp' })).toEqual(['jpg']);
    expect(kindsFor({ ...asked, kind: undefined, format: 'webp' })).toEqual(['webp']);
    expect(kindsFor({ ...asked, kind: undefined, format: undefined })).toEqual(['jpg']);
  });

  it.each([
    [undefined, 'cat.jpg', ['avif', 'webp', 'jpg', 'png', 'tif', 'gif']],
    ['*/*', 'cat.png', ['avif', 'webp', 'png', 'jpg', 'tif', 'gif']],
    ['*/*', 'cat.gif', ['webp', 'gif', 'avif', 'jpg', 'png', 'tif']],
    ['image/webp,image/apng,image/*;q=0.8', 'cat.tif', ['webp', 'avif', 'tif', 'jpg', 'png', 'gif']],
    ['image/jpeg;q=0.1,image/png;q=0.2', 'cat.jpg', ['png', 'jpg']],
    ['image/*;q=0.5,image/avif;q=0', 'cat', ['webp', 'jpg', 'png', 'tif', 'gif']],
  ])('with kind=auto and Accept: %s of %s goes through %j', (accept, key, kinds) => {
    expect(ask(accept, key)).toEqual(kinds);
  });

  it('is refused with a list when nothing fits', () => {
    expect(() => ask('text/html')).toThrow(
      expect.objectContaining({ code: 'NOT_ACCEPTABLE', message: expect.stringContaining('image/avif') }),
    );
  });
});
