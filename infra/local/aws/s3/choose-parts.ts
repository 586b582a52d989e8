import { s3Error } from './errors.ts';
import type { Part, Upload, UploadChecksum } from './uploads.ts';

/** Each part but the last. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MIN_PART_BYTES = 5 * 2 ** 20;

/** As the document of a completion lists it: number, ETag and checksums. */
export type ListedPart = Readonly<Record<string, string | undefined>>;

/** The parts that the caller lists, each as it was uploaded last. */
export function chooseParts(
  listed: readonly ListedPart[],
  stored: readonly Part[],
  { checksum }: Upload,
): Part[] {
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  const numbers = listed.map((part) => Number(part.PartNumber));
  if (numbers.some((number, i) => i > 0 && number <= (numbers[i - 1] ?? 0)))
    throw s3Error('InvalidPartOrder');
  const parts = listed.map((given) => {
    const part = byNumber.get(Number(given.PartNumber));
    const sum = given[`Checksum${checksum.name}`];
    if (checksum.type === 'COMPOSITE' && sum === undefined) throw missingSum(checksum, given);
    if (part && part.etag === given.ETag?.replaceAll('"', '') && (sum ?? part.checksum) === part.checksum)
      return part;
    throw s3Error('InvalidPart', undefined, { detail: { PartNumber: given.PartNumber ?? '' } });
  });
  const small = parts.slice(0, -1).find(({ size }) => size < MIN_PART_BYTES);
  if (small === undefined) return parts;
  throw s3Error('EntityTooSmall', undefined, {
    detail: { PartNumber: String(small.number), ETag: small.etag },
  });
}

function missingSum({ name }: UploadChecksum, { PartNumber }: ListedPart): Error {
  return s3Error(
    'InvalidRequest',
    `The upload was created using a ${name.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${PartNumber} in the request.`,
  );
}
