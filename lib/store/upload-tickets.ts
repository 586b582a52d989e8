import type { S3Client } from '@aws-sdk/client-s3';
import { TICKET } from './input-bucket.ts';

export interface UploadTicket {
  readonly url: string;
  /** Form fields that go before the file, each as it is. */
  readonly fields: Readonly<Record<string, string>>;
}

export interface UploadTickets {
  /**
   * A form that puts one object of exactly this key, type and length into the input bucket, for `seconds`, which carries this ticket. On AWS
   * it ends with the credentials of the function that signed it, if that is sooner.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
   */
  issue(upload: {
    readonly key: string;
    readonly contentType: string;
    readonly bytes: number;
    readonly ticket: string;
    readonly seconds: number;
  }): Promise<UploadTicket>;
}

/** A form and no PUT: a policy binds the length and the type of what is uploaded, a presigned PUT only the headers it is sent with. */
export function uploadTickets(s3: S3Client, bucket: string): UploadTickets {
  return {
    async issue({ key, contentType, bytes, ticket, seconds }) {
      // A tenth of the function's code, which few requests need.
      const { createPresignedPost } = await import('@aws-sdk/s3-presigned-post');
      return createPresignedPost(s3, {
        Bucket: bucket,
        Key: key,
        Conditions: [['content-length-range', bytes, bytes]],
        Fields: { 'Content-Type': contentType, [`x-amz-meta-${TICKET}`]: ticket },
        Expires: seconds,
      });
    },
  };
}
