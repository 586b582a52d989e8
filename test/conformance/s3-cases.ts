import type { Case } from './case.ts';
import { BUCKETS } from './s3/buckets.ts';
import { CALLERS } from './s3/callers.ts';
import { CHECKSUMS } from './s3/checksums.ts';
import { COPY } from './s3/copying.ts';
import { CORS } from './s3/cors.ts';
import { DELETING } from './s3/deleting.ts';
import { KEYS } from './s3/keys.ts';
import { LIFECYCLE } from './s3/lifecycle.ts';
import { LISTING } from './s3/listing.ts';
import { MARKERS } from './s3/markers.ts';
import { MULTIPART } from './s3/multipart.ts';
import { OBJECTS } from './s3/objects.ts';
import { PART_COPIES } from './s3/part-copies.ts';
import { POST } from './s3/posting.ts';
import { PRESIGNED } from './s3/presigned.ts';
import { CONDITIONAL_READ, RANGE } from './s3/reading.ts';
import { REFUSALS } from './s3/refusals.ts';
import { SETTINGS } from './s3/settings.ts';
import { TAGGING } from './s3/tagging.ts';
import { UPLOADS } from './s3/uploads.ts';
import { VERSIONS } from './s3/versions.ts';
import type { S3World } from './s3/world.ts';
import { CONDITIONAL_WRITE } from './s3/writing.ts';

export const S3_CASES: readonly Case<S3World>[] = [
  ...BUCKETS,
  ...KEYS,
  ...OBJECTS,
  ...RANGE,
  ...CONDITIONAL_READ,
  ...CONDITIONAL_WRITE,
  ...CHECKSUMS,
  ...LISTING,
  ...COPY,
  ...MULTIPART,
  ...PART_COPIES,
  ...UPLOADS,
  ...DELETING,
  ...VERSIONS,
  ...MARKERS,
  ...PRESIGNED,
  ...POST,
  ...CALLERS,
  ...TAGGING,
  ...CORS,
  ...SETTINGS,
  ...LIFECYCLE,
  ...REFUSALS,
];
