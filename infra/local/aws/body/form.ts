import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { s3Error } from '../s3/errors.ts';

export interface Form {
  /** Those before the file, by lower-case name. */
  readonly fields: ReadonlyMap<string, string>;
  readonly fileName: string;
  /** Ends only when the whole form was well-formed; otherwise throws MalformedPOSTRequest. */
  readonly content: AsyncIterable<Buffer>;
  /** Reads past a content that nobody wants, so that the connection can go on. */
  skip(): void;
}

/** All fields together have at most 20 KB on S3. https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html */
const LIMITS = { fieldNameSize: 1024, fieldSize: 20 * 1024, fields: 100, files: 1, headerPairs: 20 };

/** Reads a multipart form up to its file, whose content the caller reads. Throws what S3 says of a form that is none. */
export function readForm(contentType: string, body: AsyncIterable<Buffer>): Promise<Form> {
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>();
    let file: Readable | undefined;
    const parser = openParser(contentType);
    parser.on('field', (name, value, _isNameCut, isCut) => {
      if (isCut) reject(s3Error('EntityTooLarge', `The field ${name} is too long.`));
      fields.set(name.toLowerCase(), value);
    });
    const parsed = pipeline(Readable.from(body), parser).catch(() => {
      file?.destroy(s3Error('MalformedPOSTRequest'));
      throw s3Error('MalformedPOSTRequest');
    });
    parser.on('file', (_field, content, fileName) => {
      file = content;
      content.on('error', ignore);
      const skip = (): void => void content.resume();
      resolve({ fields, fileName: fileName ?? '', content: whole(content, parsed), skip });
    });
    parsed.then(
      () => reject(s3Error('InvalidArgument', 'POST requires exactly one file upload per request.')),
      reject,
    );
  });
}

/** The parser tells a file of its early end by an event, once: without a listener that would end the process. */
function ignore(): void {}

async function* whole(content: Readable, parsed: Promise<void>): AsyncGenerator<Buffer> {
  try {
    yield* content.iterator({ destroyOnReturn: false });
  } catch {
    throw s3Error('MalformedPOSTRequest');
  }
  await parsed;
}

function openParser(contentType: string): BusboyInstance {
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits: LIMITS });
  } catch {
    throw s3Error('MalformedPOSTRequest');
  }
}
