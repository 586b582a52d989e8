import { DarkroomError } from '../../lib/error.ts';
import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { downloadUrl } from '../../lib/http/links.ts';
import type { Request } from '../../lib/http/request.ts';
import { type Build, fold } from '../../lib/pipeline/build.ts';
import type { Deps } from './deps.ts';

/** `GET /build/{id}`: the build as its log tells it. */
export async function getBuild({ log }: Deps, { params, baseUrl }: Request<'build'>): Promise<Answer> {
  const id = params.id ?? '';
  const build = fold(await log.read(id));
  if (build === undefined) throw new DarkroomError('NOT_FOUND', `There is no build ${id}`);
  return jsonAnswer('build', 200, describeBuild(build, baseUrl));
}

/** `image_id` and `filename` are told once they can be relied on: when the build is FINISHED with outputs. */
function describeBuild(build: Build, baseUrl: string) {
  const isDone = build.status === 'FINISHED';
  return {
    id: build.id,
    status: build.status,
    code: build.code ?? null,
    message: build.message ?? null,
    image: build.image,
    image_id: isDone ? build.image : null,
    filename: (isDone && build.outputs[0]?.key) || null,
    counts: { [build.status]: 1 },
    outputs: isDone
      ? build.outputs.map((output) => ({ ...output, url: downloadUrl(baseUrl, output.key) }))
      : [],
    owner: build.owner ?? null,
    machine: null,
    attempt: build.attempt,
    times: build.times,
  };
}
