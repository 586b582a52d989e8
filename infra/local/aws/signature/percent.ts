import { s3Error } from '../s3/errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Percent-decodes once. Takes the raw bytes as latin1 text, as `node:http` gives them; throws InvalidURI for what is no UTF-8. */
export function percentDecode(raw: string): string {
  if (/%(?![0-9a-f]{2})/i.test(raw)) throw s3Error('InvalidURI');
  const bytes = raw.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  try {
    return utf8.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    throw s3Error('InvalidURI');
  }
}

/** As SigV4 encodes: everything but `A-Z a-z 0-9 - . _ ~`, upper-case hex. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Like `percentEncode`, with `/` kept: a path or a key. */
export function percentEncodePath(text: string): string {
  return percentEncode(text).replaceAll('%2F', '/');
}
