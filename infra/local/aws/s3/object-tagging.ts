import type { Answer } from '../answer.ts';
import { readXmlBody, xmlAnswer } from './answers.ts';
import type { S3Call, S3Context } from './call.ts';
import { idHeader, readableVersion } from './get-object.ts';
import { type EventName, notify } from './notify.ts';
import { readTagDocument, type Tags, tagSet } from './tags.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export function getObjectTagging(s3: S3Context, { bucket, key, query }: S3Call): Answer {
  const version = readableVersion(s3, bucket, key, query.get('versionId'));
  return xmlAnswer('Tagging', { TagSet: tagSet(version.attributes.tags) }, idHeader(s3, version));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
export async function putObjectTagging(s3: S3Context, call: S3Call): Promise<Answer> {
  const tags = readTagDocument(await readXmlBody(call));
  return { status: 200, headers: retag(s3, call, { tags, event: 'ObjectTagging:Put' }) };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html */
export function deleteObjectTagging(s3: S3Context, call: S3Call): Answer {
  return { status: 204, headers: retag(s3, call, { tags: {}, event: 'ObjectTagging:Delete' }) };
}

/** Tags are the one thing of a version that changes: neither its time nor its ETag tells of it. */
function retag(
  s3: S3Context,
  call: S3Call,
  { tags, event }: { readonly tags: Tags; readonly event: EventName },
): Record<string, string> {
  return s3.db.transaction((afterCommit) => {
    const version = readableVersion(s3, call.bucket, call.key, call.query.get('versionId'));
    const attributes = JSON.stringify({ ...version.attributes, tags });
    s3.db.run('UPDATE version SET attributes = ? WHERE seq = ?', attributes, version.seq);
    notify(s3, call, { event, version, seq: version.seq }, afterCommit);
    return idHeader(s3, version);
  });
}
