import type { ClearingDeps } from '../../functions/api/go-on-clearing.ts';
import type { ListedVersion } from '../../lib/store/input-versions.ts';

const PAGE = 1_000;

/** An input bucket of so many images, in which time goes by only as it is used: a hundredth of a second for each deletion. */
export function bigBucket(count: number) {
  let nowMs = Date.UTC(2026, 10, 21);
  const images = new Map<string, ListedVersion>();
  const markers: ListedVersion[] = [];
  const add = (key: string): void => {
    const facts = { versionId: `v${nowMs}`, isMarker: false, isLatest: true, since: new Date(nowMs) };
    images.set(key, { key, ...facts });
  };
  for (let i = 0; i < count; i += 1) add(`${String(i).padStart(6, '0')}.jpg`);
  nowMs += 10_000;

  const input = {
    name: 'darkroom-input',
    time: async () => new Date(nowMs),
    async current(key: string) {
      const found = images.get(key);
      return found && { versionId: found.versionId, etag: key, bytes: 1, lastModified: found.since };
    },
    async remove(key: string) {
      nowMs += 10;
      images.delete(key);
      const marker = { key, versionId: `m-${key}`, isMarker: true, isLatest: true, since: new Date(nowMs) };
      markers.push(marker);
      return marker.versionId;
    },
  };
  const versions = {
    async page(prefix: string, from?: { readonly key: string }) {
      const all = [...images.values(), ...markers].toSorted((a, b) => (a.key < b.key ? -1 : 1));
      const rest = all.filter(({ key }) => key.startsWith(prefix) && (from === undefined || key > from.key));
      const last = rest[PAGE - 1];
      return { versions: rest.slice(0, PAGE), next: rest.length > PAGE && last ? last : undefined };
    },
    hide: () => Promise.reject(new Error('not asked')),
    purge: async () => 0,
  };
  return {
    add,
    left: () => images.size,
    now: () => nowMs,
    pass: (ms: number): void => {
      nowMs += ms;
    },
    deps: { input, versions, facts: { mark: async () => undefined, forget: async () => undefined } } as Pick<
      ClearingDeps,
      'input' | 'versions' | 'facts'
    >,
  };
}
