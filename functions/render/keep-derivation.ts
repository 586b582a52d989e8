import { DarkroomError, ERRORS, type ErrorCode } from '../../lib/error.ts';
import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { buildUrl } from '../../lib/http/links.ts';
import { type Build, fold, hasEnded } from '../../lib/pipeline/build.ts';
import type { SourceVersion } from '../../lib/pipeline/log-row.ts';
import { planOutputs } from '../../lib/pipeline/plan.ts';
import { openBuild, requestOf } from '../../lib/table/open-build.ts';
import type { Deps } from './deps.ts';

/** How long a caller is kept waiting for a build, and how long the address that it is sent to can be used. */
const WAIT_MS = 20_000;
const POLL_MS = 150;
const REDIRECT_SECONDS = 300;

/**
 * Answers with a derivation that no answer can carry: it is built into the output bucket, as a build with a log like any other, and
 * the caller is sent there. What takes longer than 20 s is answered with the build.
 */
export async function keepDerivation(
  deps: Deps,
  version: SourceVersion,
  recipe: string,
  baseUrl: string,
): Promise<Answer> {
  const [planned] = planOutputs({ kind: 'request', version, recipe });
  if (planned === undefined) throw new Error(`${recipe} plans nothing`);
  if ((await deps.output.head(planned.key)) !== undefined) return redirect(deps, planned.key);

  const { id, subject } = await requestOf(deps, version, { recipe });
  await deps.queue.send(id, subject);
  await openBuild(deps, id, 'requested', subject);
  const build = await ended(deps, id);
  if (build === undefined) {
    const location = buildUrl(baseUrl, id);
    return jsonAnswer(
      'image',
      202,
      { id, status: 'PENDING', links: { build: location } },
      { location, 'retry-after': '5' },
    );
  }
  if (build.status === 'FAILED') throw failure(build);
  return redirect(deps, planned.key);
}

async function ended(deps: Deps, id: string): Promise<Build | undefined> {
  const until = deps.now() + WAIT_MS;
  while (deps.now() < until) {
    const build = fold(await deps.log.read(id));
    if (build !== undefined && hasEnded(build)) return build;
    await deps.sleep(POLL_MS);
  }
  return undefined;
}

async function redirect({ output }: Deps, key: string): Promise<Answer> {
  const location = await output.signedUrl(key, REDIRECT_SECONDS);
  return { status: 307, headers: { location, 'cache-control': 'no-store' } };
}

function failure({ code, message = 'The build failed' }: Build): Error {
  return code !== undefined && Object.hasOwn(ERRORS, code)
    ? new DarkroomError(code as ErrorCode, message)
    : new Error(message);
}
