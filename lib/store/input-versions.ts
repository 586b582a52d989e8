import {
  type DeleteMarkerEntry,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  type ObjectVersion,
  type S3Client,
} from '@aws-sdk/client-s3';
import { inParallel } from '../in-parallel.ts';
import { keyBytes, MAX_KEY_BYTES } from '../pipeline/name.ts';

/** An image as a listing of the input bucket has it: the version that is current under a key. */
export interface ListedImage {
  readonly key: string;
  readonly versionId: string;
  readonly bytes: number;
  readonly uploaded: Date;
}

/** Behind what a listing goes on: a key, or one version of it. */
export interface Place {
  readonly key: string;
  readonly versionId?: string | undefined;
}

export interface ImagePage {
  readonly images: readonly ListedImage[];
  /** Undefined when nothing is left. */
  readonly next: Place | undefined;
}

/** One version of a key, or a delete marker. */
export interface ListedVersion {
  readonly key: string;
  readonly versionId: string;
  readonly isMarker: boolean;
  /** Whether it lies on top: then it is what the key is. */
  readonly isLatest: boolean;
  readonly since: Date;
}

export interface VersionPage {
  readonly versions: readonly ListedVersion[];
  /** Undefined when nothing is left. */
  readonly next: Place | undefined;
}

/** The input bucket as all versions of all keys: what is listed, removed and purged. */
export interface InputVersions {
  /** The next 1,000 versions under a prefix behind a place, delete markers among them. */
  page(prefix: string, from: Place | undefined): Promise<VersionPage>;
  /** The images under a prefix behind a place, in UTF-8 byte order, out of the next 1,000 versions; there may be none among them. */
  list(prefix: string, from: Place | undefined): Promise<ImagePage>;
  /** Puts a delete marker on a key, whatever is there. Returns the marker's version id. */
  hide(key: string): Promise<string>;
  /**
   * Takes versions of a key away for good, and delete markers last. Returns how many went.
   * @default every one
   */
  purge(key: string, isToGo?: (version: ListedVersion) => boolean): Promise<number>;
  /** Whether a key has any version, be it behind a delete marker. */
  has(key: string): Promise<boolean>;
}

/** Requests to S3 at once. */
const WIDTH = 32;

export function inputVersions(s3: S3Client, name: string): InputVersions {
  async function page(prefix: string, from: Place | undefined) {
    const list = new ListObjectVersionsCommand({
      Bucket: name,
      Prefix: prefix,
      KeyMarker: from?.key,
      VersionIdMarker: from?.versionId,
      // XML cannot carry every key as it is.
      EncodingType: 'url',
    });
    const { Versions = [], DeleteMarkers = [], IsTruncated, ...answer } = await s3.send(list);
    const next = IsTruncated
      ? { key: decode(answer.NextKeyMarker), versionId: answer.NextVersionIdMarker }
      : undefined;
    return { Versions, DeleteMarkers, next };
  }

  async function remove(key: string, versionIds: readonly string[]): Promise<void> {
    await inParallel(versionIds, WIDTH, (VersionId) =>
      s3.send(new DeleteObjectCommand({ Bucket: name, Key: key, VersionId })),
    );
  }

  return {
    async page(prefix, from) {
      const { Versions, DeleteMarkers, next } = await page(prefix, from);
      return { versions: toListed(Versions, DeleteMarkers), next };
    },
    async hide(key) {
      const { VersionId } = await s3.send(new DeleteObjectCommand({ Bucket: name, Key: key }));
      return VersionId ?? 'null';
    },
    async has(key) {
      if (keyBytes(key) > MAX_KEY_BYTES) return false;
      const { Versions } = await page(key, undefined);
      return Versions.some(({ Key }) => decode(Key) === key);
    },
    async list(prefix, from) {
      if (keyBytes(prefix) > MAX_KEY_BYTES) return { images: [], next: undefined };
      const { Versions, next } = await page(prefix, from);
      const images = Versions.filter(({ IsLatest }) => IsLatest).map((version) => ({
        key: decode(version.Key),
        versionId: version.VersionId ?? 'null',
        bytes: version.Size ?? 0,
        uploaded: version.LastModified ?? new Date(0),
      }));
      return { images, next };
    },
    async purge(key, isToGo = () => true) {
      const found: ListedVersion[] = [];
      let from: Place | undefined;
      do {
        const { Versions, DeleteMarkers, next } = await page(key, from);
        found.push(...toListed(Versions, DeleteMarkers).filter((it) => it.key === key && isToGo(it)));
        // Longer keys with this beginning come behind all versions of this one.
        from = next?.key === key ? next : undefined;
      } while (from !== undefined);
      for (const isMarker of [false, true])
        await remove(
          key,
          found.filter((it) => it.isMarker === isMarker).map(({ versionId }) => versionId),
        );
      return found.length;
    },
  };
}

function toListed(
  versions: readonly ObjectVersion[],
  markers: readonly DeleteMarkerEntry[],
): readonly ListedVersion[] {
  const listed = (isMarker: boolean) => (it: ObjectVersion | DeleteMarkerEntry) => ({
    ...{ key: decode(it.Key), versionId: it.VersionId ?? 'null', isMarker },
    ...{ isLatest: it.IsLatest === true, since: it.LastModified ?? new Date(0) },
  });
  return [...versions.map(listed(false)), ...markers.map(listed(true))];
}

/** Keys come form-encoded when asked for so: `+` is a space. */
function decode(key = ''): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}
