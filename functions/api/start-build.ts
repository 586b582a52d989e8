import { standing } from '../../lib/build/standing.ts';
import { DarkroomError } from '../../lib/error.ts';
import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { buildUrl, eventsUrl } from '../../lib/http/links.ts';
import type { Request } from '../../lib/http/request.ts';
import type { RequestedWork, SourceVersion } from '../../lib/pipeline/log-row.ts';
import { PIPELINES, type Pipeline } from '../../lib/pipeline/pipelines.ts';
import { planOutputs, recipeText } from '../../lib/pipeline/plan.ts';
import { findImage } from '../../lib/store/find-image.ts';
import { openBuild, requestOf } from '../../lib/table/open-build.ts';
import type { Deps } from './deps.ts';

/**
 * `POST /build`: a pipeline, or one output of it, over one image. The message goes before the log's first row, so that no build can be
 * open that no message asks for. With `dryRun` it tells what would be made, and makes nothing.
 */
export async function startBuild(deps: Deps, request: Request<'startBuild'>): Promise<Answer> {
  const { json, caller, baseUrl } = request;
  const { name: pipeline } = pipelineOf(json);
  const { key, current } = await findImage(deps.input, imageOf(json));
  const version = { bucket: deps.input.name, key, versionId: current.versionId };
  const what = { pipeline, step: json.step_id, force: json.force || undefined };
  if (json.dryRun) return tellPlan(deps, version, what);

  const by = { owner: caller.name, machine: json.machine };
  const { id, subject, build } = await requestOf(deps, version, what);
  if (build === undefined) {
    await deps.queue.send(id, subject, by);
    await openBuild(deps, id, 'requested', subject, by);
  }
  const location = buildUrl(baseUrl, id);
  const links = { status: location, build: location, events: eventsUrl(baseUrl, id) };
  const status = build?.status ?? 'PENDING';
  return jsonAnswer('startBuild', 202, { id, status, links }, { location });
}

type Asked = Request<'startBuild'>['json'];

/** The pipeline that is asked for, by its deployed version alone: another version is another deploy. */
function pipelineOf({ workflow, version = 'latest', step_id }: Asked): Pipeline {
  const pipeline = PIPELINES.find(({ name }) => name === workflow);
  if (pipeline === undefined) {
    const names = PIPELINES.map(({ name }) => name).join(', ');
    throw new DarkroomError('NOT_FOUND', `There is no workflow ${workflow}; there are ${names}`);
  }
  if (version !== 'latest' && version !== pipeline.version) {
    throw new DarkroomError(
      'BAD_REQUEST',
      `version takes latest or ${pipeline.version}, the one of ${workflow} that is deployed, not ${version}`,
    );
  }
  const steps = new Set(pipeline.outputs.map(({ name }) => name));
  if (step_id !== undefined && !steps.has(step_id)) {
    throw new DarkroomError(
      'BAD_REQUEST',
      `${workflow} has no step ${step_id}; step_id takes ${[...steps].join(', ')}`,
    );
  }
  return pipeline;
}

function imageOf({ image, glob }: Asked): string {
  if (image !== undefined && glob === undefined) return image;
  throw new DarkroomError(
    'BAD_REQUEST',
    'A build is of one image so far: name it as image, and leave glob out',
  );
}

async function tellPlan(deps: Deps, version: SourceVersion, what: RequestedWork): Promise<Answer> {
  const plan = planOutputs({ kind: 'request', version, ...what });
  const stands = await standing(deps, version, plan);
  const outputs = plan.map((planned, i) => ({
    name: planned.name,
    key: planned.key,
    recipe: recipeText(planned),
    pipeline: planned.pipeline,
    stands: stands[i] === true,
  }));
  return jsonAnswer('startBuild', 200, { image: version.key, outputs });
}
