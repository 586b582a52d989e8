import { Busboy } from '@fastify/busboy';
import { DarkroomError } from '../error.ts';

export interface FilePart {
  /** The name that the client gave the file, without folders; empty if none. */
  readonly filename: string;
  readonly bytes: Buffer;
}

const LIMITS = { files: 100, fields: 20, fieldSize: 64 * 1024, headerPairs: 50, parts: 120 } as const;

/**
 * The parts "file" of a multipart/form-data body that is in memory as a whole (RFC 7578). Throws DarkroomError BAD_REQUEST for a body
 * that is none, or has more parts than LIMITS, or a file in another part: nothing that was sent is passed over in silence.
 */
export async function parseMultipart(contentType: string, body: Buffer): Promise<readonly FilePart[]> {
  const parts = await readParts(contentType, body);
  const stray = parts.find(({ field }) => field !== 'file');
  if (stray === undefined) return parts;
  throw refused(
    `it has a file in the part ${JSON.stringify(stray.field.slice(0, 40))}, and files go into "file"`,
  );
}

function readParts(
  contentType: string,
  body: Buffer,
): Promise<readonly (FilePart & { readonly field: string })[]> {
  return new Promise((resolve, reject) => {
    const refuse = (reason: string) => reject(refused(reason));
    const parts: (FilePart & { readonly field: string })[] = [];
    try {
      const busboy = new Busboy({
        headers: { 'content-type': contentType },
        limits: { ...LIMITS, fileSize: body.length },
      });
      // Its types know of no part without a name; its parser does.
      busboy.on('file', (field: string | undefined, stream, filename) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('error', (error: Error) => refuse(error.message));
        stream.on('end', () => {
          parts.push({
            field: field ?? '',
            filename: unescaped(filename ?? ''),
            bytes: Buffer.concat(chunks),
          });
        });
      });
      busboy.on('partsLimit', () => refuse(`it has more than ${LIMITS.parts} parts`));
      busboy.on('filesLimit', () =>
        refuse(`it has more than ${LIMITS.files} files: send them in several forms`),
      );
      busboy.on('fieldsLimit', () => refuse(`it has more than ${LIMITS.fields} fields beside the files`));
      busboy.on('error', (error) => refuse(error instanceof Error ? error.message : 'it is cut short'));
      busboy.on('finish', () => resolve(parts));
      busboy.end(body);
    } catch (error) {
      refuse(error instanceof Error ? error.message : 'its content type has no boundary');
    }
  });
}

function refused(reason: string): DarkroomError {
  return new DarkroomError('BAD_REQUEST', `The form cannot be read: ${reason}`);
}

/** What browsers and curl write for the three characters that a quoted name cannot hold (HTML Standard, "multipart/form-data encoding algorithm"). */
function unescaped(filename: string): string {
  return filename.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n');
}
