import { DarkroomError } from '../../lib/error.ts';
import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { imageEventsUrl } from '../../lib/http/links.ts';
import type { Request } from '../../lib/http/request.ts';
import { checkKey } from '../../lib/pipeline/name.ts';
import { FORMAT_NAMES, FORMATS, type Format } from '../../lib/recipe/formats.ts';
import { checkSize, nameFor } from './accept-picture.ts';
import type { Deps } from './deps.ts';

/** How long a form is good for: long enough for 128 MiB over a slow line to begin, since S3 asks for the time at the beginning. */
const TICKET_SECONDS = 900;

/**
 * `POST /uploads`: a form that takes one picture of the caller's straight to the input bucket, of the name, the type and the length that were told. What
 * the picture is, the bucket cannot tell: its build does, as for whatever else arrives there.
 */
export async function postTicket(
  deps: Deps,
  { json, caller, baseUrl }: Request<'uploadTicket'>,
): Promise<Answer> {
  const { name, contentType, size } = json;
  checkName(name);
  const format = formatOfType(contentType);
  checkSize(deps, name, size);
  const key = await nameFor(deps, name, format);
  const expires = new Date(deps.now() + TICKET_SECONDS * 1_000).toISOString();
  const type = FORMATS[format].contentType;
  const upload = { key, contentType: type, bytes: size, seconds: TICKET_SECONDS };
  const ticket = await deps.owners.expect(key, caller.name);
  const form = await deps.tickets.issue({ ...upload, ticket });
  const links = { status: imageEventsUrl(baseUrl, key) };
  return jsonAnswer('uploadTicket', 201, {
    name: key,
    url: form.url,
    method: 'POST',
    fields: form.fields,
    expires,
    links,
  });
}

function checkName(name: string): void {
  checkKey(name);
  if (name.endsWith('/')) {
    throw new DarkroomError('BAD_REQUEST', `${name} is a folder: name the picture, as in ${name}cat.jpg`);
  }
  // S3 puts the file's own name there, whatever the policy says.
  if (name.includes('$' + '{filename}')) {
    throw new DarkroomError('BAD_REQUEST', `A form to S3 cannot carry the name ${name}; use an S3 client`);
  }
}

function formatOfType(contentType: string): Format {
  const found = FORMAT_NAMES.find((name) => FORMATS[name].contentType === contentType.toLowerCase());
  if (found !== undefined) return found;
  const types = FORMAT_NAMES.map((name) => FORMATS[name].contentType).join(', ');
  throw new DarkroomError('UNSUPPORTED_IMAGE', `contentType takes ${types}, not ${contentType.slice(0, 80)}`);
}
