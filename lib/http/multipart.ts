import { Busboy } from '@fastify/busboy';
import { DarkroomError } from '../error.ts';

export interface FilePart {
  /** Name of the form field. */
  readonly field: string;
  /** The name that the client gave the file, without folders; empty if none. */
  readonly filename: string;
  readonly bytes: Buffer;
}

const LIMITS = {
  files: 100,
  fields: 20,
  fieldSize: 64 * 1024,
  fieldNameSize: 200,
  headerPairs: 50,
  parts: 120,
} as const;

/**
 * The files of a multipart/form-data body that is in memory as a whole (RFC 7578). Throws DarkroomError BAD_REQUEST for a body that
 * is none, or has more or larger parts than LIMITS.
 */
export function parseMultipart(contentType: string, body: Buffer): Promise<readonly FilePart[]> {
  return new Promise((resolve, reject) => {
    const refuse = (reason: string) =>
      reject(new DarkroomError('BAD_REQUEST', `The form cannot be read: ${reason}`));
    const files: FilePart[] = [];
    try {
      const busboy = new Busboy({
        headers: { 'content-type': contentType },
        limits: { ...LIMITS, fileSize: body.length },
      });
      busboy.on('file', (field, stream, filename) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('error', (error: Error) => refuse(error.message));
        stream.on('end', () => files.push({ field, filename: filename ?? '', bytes: Buffer.concat(chunks) }));
      });
      busboy.on('partsLimit', () => refuse(`it has more than ${LIMITS.parts} parts`));
      busboy.on('filesLimit', () => refuse(`it has more than ${LIMITS.files} files`));
      busboy.on('error', (error) => refuse(error instanceof Error ? error.message : 'it is cut short'));
      busboy.on('finish', () => resolve(files));
      busboy.end(body);
    } catch (error) {
      refuse(error instanceof Error ? error.message : 'its content type has no boundary');
    }
  });
}
