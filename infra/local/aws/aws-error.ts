/**
 * An answer that refuses: `code` as AWS names it, `status` of HTTP. The message is for the caller. `detail` becomes further elements of
 * S3's error document, `headers` go on the answer. Anything else that is thrown is an outage: 500, logged, never quoted.
 */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly detail: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    status: number,
    message: string,
    more: { detail?: Readonly<Record<string, string>>; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    this.detail = more.detail ?? {};
    this.headers = more.headers ?? {};
  }
}
