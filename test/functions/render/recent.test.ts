import { describe, expect, it } from 'vitest';
import { recentPictures } from '../../../functions/render/recent.ts';
import type { Standing } from '../../../lib/http/deliver.ts';

function picture(bytes: number): Standing {
  const none = () => Promise.reject(new Error('nobody reads it'));
  return {
    bytes,
    etag: '"e"',
    contentType: 'image/png',
    lastModified: new Date(0),
    read: none,
    locate: none,
  };
}

describe('recent pictures', () => {
  it('are those that were asked for last, as many as there is room for', () => {
    const recent = recentPictures(100);
    recent.set('a', picture(40));
    recent.set('b', picture(40));
    expect(recent.get('a')).toMatchObject({ bytes: 40 });
    recent.set('c', picture(40));
    expect(['a', 'b', 'c'].map((key) => recent.get(key)?.bytes)).toEqual([40, undefined, 40]);
  });

  it('leave out what is larger than all the room, and count no picture twice', () => {
    const recent = recentPictures(100);
    for (let again = 0; again < 5; again += 1) recent.set('a', picture(40));
    recent.set('b', picture(60));
    expect([recent.get('a')?.bytes, recent.get('b')?.bytes]).toEqual([40, 60]);
    recent.set('c', picture(101));
    expect(recent.get('c')).toBeUndefined();
  });
});
