import * as z from 'zod/mini';
import type { Answer } from '../answer.ts';
import { AwsError } from '../aws-error.ts';
import { CHECKSUM_NAMES, checksumHeader } from '../body/checksum.ts';
import { readXmlBody, xmlAnswer } from './answers.ts';
import type { S3Call, S3Context } from './call.ts';
import { deleteOne, type Outcome } from './delete-object.ts';
import { s3Error } from './errors.ts';
import { demandDelete } from './permissions.ts';
import { findBucket } from './versions.ts';
import { checkKey } from './wire.ts';

const one = z.object({
  Key: z.string().check(z.minLength(1)),
  VersionId: z.optional(z.string()),
  ETag: z.optional(z.string()),
});
const document = z.object({
  Delete: z.object({ Object: z.union([z.array(one), one]), Quiet: z.optional(z.string()) }),
});

const MAX_KEYS = 1000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export async function deleteObjects(s3: S3Context, call: S3Call): Promise<Answer> {
  if (!isProven(call)) {
    const text = 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*';
    throw s3Error('InvalidRequest', text);
  }
  const parsed = document.safeParse(await readXmlBody(call));
  if (!parsed.success) throw s3Error('MalformedXML');
  const { Object: listed, Quiet } = parsed.data.Delete;
  const targets = Array.isArray(listed) ? listed : [listed];
  if (targets.length > MAX_KEYS) throw s3Error('MalformedXML');
  findBucket(s3.db, call.bucket);
  const results = s3.db.transaction((afterCommit) =>
    targets.map(({ Key, VersionId, ETag }) => {
      try {
        const target = { key: Key, versionId: VersionId, ifMatch: ETag };
        checkKey(Key);
        demandDelete(call, target);
        const outcome = deleteOne(s3, call, target, afterCommit);
        return { Deleted: { Key, VersionId, ...markerElements(outcome) } };
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return { Error: { Key, VersionId, Code: error.code, Message: error.message } };
      }
    }),
  );
  const deleted = Quiet?.trim() === 'true' ? [] : results.flatMap((result) => result.Deleted ?? []);
  return xmlAnswer('DeleteResult', {
    Deleted: deleted,
    Error: results.flatMap((result) => result.Error ?? []),
  });
}

const PROOFS = ['content-md5', ...CHECKSUM_NAMES.map(checksumHeader)];

/** Whether the call says how its list is known to have come whole. The hash in a signature does not count: it may be of no body. */
function isProven({ headers }: S3Call): boolean {
  const trailers = (headers.get('x-amz-trailer') ?? '').toLowerCase().split(/\s*,\s*/);
  return PROOFS.some((name) => headers.has(name) || trailers.includes(name));
}

function markerElements({ isMarker, versionId }: Outcome): {
  DeleteMarker?: boolean;
  DeleteMarkerVersionId?: string | undefined;
} {
  return isMarker ? { DeleteMarker: true, DeleteMarkerVersionId: versionId } : {};
}
