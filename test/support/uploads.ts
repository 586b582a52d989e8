import type { TestDarkroom } from './runtime.ts';

/** What the upload routes answer, whichever of it there is. */
export interface UploadAnswer {
  readonly id: string;
  readonly name: string;
  readonly code: string;
  readonly detail: string;
  readonly images: readonly UploadAnswer[];
  readonly errors: readonly { readonly name: string; readonly code: string; readonly detail: string }[];
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly links: Readonly<Record<string, string>>;
}

/** A POST, unless `init` says otherwise, and its answer as JSON. */
export async function send(
  { http }: TestDarkroom,
  path: string,
  init: RequestInit,
): Promise<{ status: number; headers: Headers; body: UploadAnswer }> {
  const answer = await http(path, { method: 'POST', ...init });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as UploadAnswer };
}

export function formOf(
  files: readonly (readonly [name: string, bytes: Buffer | string])[],
  field = 'file',
): FormData {
  const form = new FormData();
  for (const [name, bytes] of files) form.append(field, new Blob([new Uint8Array(Buffer.from(bytes))]), name);
  return form;
}
