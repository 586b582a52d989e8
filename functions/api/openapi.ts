import type { Answer } from '../../lib/http/answer.ts';
import type { Request } from '../../lib/http/request.ts';
import type { Deps } from './deps.ts';

/** `GET /openapi.json`. What makes the document is read when it is first asked for, so that nobody else's start waits for it. */
export async function getOpenApi(
  { version }: Pick<Deps, 'version'>,
  { baseUrl }: Request<'openapi'>,
): Promise<Answer> {
  const { openApiDocument } = await import('../../lib/http/openapi.ts');
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' },
    body: JSON.stringify(openApiDocument({ version, baseUrl })),
  };
}
