import type { Standing } from '../../lib/http/deliver.ts';

/** Pictures by what they are, with their bytes. */
export interface Recent {
  get(key: string): Standing | undefined;
  set(key: string, picture: Standing): void;
}

/** The last pictures that were answered, together at most `maxBytes`: those that nobody asked for the longest go first. */
export function recentPictures(maxBytes: number): Recent {
  const pictures = new Map<string, Standing>();
  let bytes = 0;

  function remove(key: string): Standing | undefined {
    const picture = pictures.get(key);
    if (pictures.delete(key)) bytes -= picture?.bytes ?? 0;
    return picture;
  }

  function set(key: string, picture: Standing): void {
    remove(key);
    pictures.set(key, picture);
    bytes += picture.bytes;
    for (const oldest of pictures.keys()) {
      if (bytes <= maxBytes) return;
      remove(oldest);
    }
  }

  return {
    get(key) {
      const picture = remove(key);
      if (picture !== undefined) set(key, picture);
      return picture;
    },
    set,
  };
}
