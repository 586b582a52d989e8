import type * as z from 'zod/mini';
import { tellCleared } from '../../lib/build/run-clearance.ts';
import { DarkroomError } from '../../lib/error.ts';
import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { downloadUrl } from '../../lib/http/links.ts';
import type { Request } from '../../lib/http/request.ts';
import type { Build as BuildSchema } from '../../lib/http/schemas.ts';
import { type Build, fold } from '../../lib/pipeline/build.ts';
import type { Deps } from './deps.ts';

/** `GET /build/{id}`: the build as its log tells it. */
export async function getBuild(deps: Deps, { params, baseUrl }: Request<'build'>): Promise<Answer> {
  return jsonAnswer('build', 200, describeBuild(await findBuild(deps, params.id), baseUrl));
}

/** Throws DarkroomError NOT_FOUND. */
export async function findBuild({ log }: Pick<Deps, 'log'>, id = ''): Promise<Build> {
  // DynamoDB takes no key of any length.
  const build = id.length > 64 ? undefined : fold(await log.read(id));
  if (build === undefined) throw new DarkroomError('NOT_FOUND', `There is no build ${id}`);
  return build;
}

/** `image_id` and `filename` are told once they can be relied on: when the build is FINISHED with outputs. */
export function describeBuild(build: Build, baseUrl: string): z.input<typeof BuildSchema> {
  const isDone = build.status === 'FINISHED';
  return {
    id: build.id,
    status: build.status,
    code: build.code ?? null,
    message: build.message ?? tellProgress(build),
    image: build.image,
    image_id: (isDone && build.image) || null,
    filename: (isDone && build.outputs[0]?.key) || null,
    counts: { [build.status]: 1, ...(build.clearing && { deleted: build.clearing.deleted }) },
    outputs: isDone
      ? build.outputs.map((output) => ({ ...output, url: downloadUrl(baseUrl, output.key) }))
      : [],
    owner: build.owner ?? null,
    machine: build.machine ?? null,
    attempt: build.attempt,
    times: build.times,
  };
}

/** What a build that deletes many is about, before it says so itself. */
function tellProgress({ subject, clearing }: Build): string | null {
  if (subject.kind !== 'clearance' || clearing === undefined) return null;
  return `${tellCleared(subject, clearing)}: ${clearing.deleted} deleted so far`;
}
