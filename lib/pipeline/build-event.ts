import * as z from 'zod/mini';
import type { Build } from './build.ts';

/**
 * The detail of an event that tells of the end of a build, as `docs/events.md` has it. What is in it stays there and means the same
 * while `version` is 1; more may be added.
 */
export const BuildEvent = z.object({
  version: z.literal('1'),
  /** The same for the same end, however often it is told. */
  id: z.string(),
  stage: z.string(),
  build: z.string(),
  kind: z.enum(['upload', 'request', 'removal', 'clearance', 'malformed']),
  image: z.string(),
  /** What was worked on; null for what is about no one version. */
  source: z.nullable(z.object({ bucket: z.string(), key: z.string(), versionId: z.string() })),
  status: z.enum(['FINISHED', 'FAILED']),
  code: z.nullable(z.string()),
  message: z.nullable(z.string()),
  outputs: z.array(
    z.object({
      ...{ name: z.string(), key: z.string(), sha256: z.string(), contentType: z.string() },
      ...{ bytes: z.int(), width: z.int(), height: z.int() },
      ...{ recipe: z.string(), pipeline: z.string() },
    }),
  ),
  /** Outputs that an event has no room for: the log has them all. */
  outputsLeftOut: z.int(),
  owner: z.nullable(z.string()),
  attempt: z.int(),
  durationMs: z.nullable(z.number()),
  bytesIn: z.nullable(z.int()),
  bytesOut: z.nullable(z.int()),
  /** Images that a clearance deleted. */
  deleted: z.nullable(z.int()),
  /** RFC 3339: when the build first was in each state. */
  times: z.record(z.string(), z.string()),
});

export type BuildEvent = z.infer<typeof BuildEvent>;

export const DETAIL_TYPES = {
  FINISHED: 'Build finished',
  FAILED: 'Build failed',
} as const satisfies Record<BuildEvent['status'], string>;

/** An entry has 256 KB, of which source, type and names need a little: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
const MAX_BYTES = 250_000;

/** Throws an Error for a build that has not ended. */
export function toBuildEvent(build: Build, stage: string): BuildEvent {
  const { status, subject, end } = build;
  if (status !== 'FINISHED' && status !== 'FAILED') throw new Error(`Build ${build.id} is ${status}`);
  const event = {
    version: '1',
    id: `${build.id}-${build.position}`,
    ...{ stage, build: build.id, kind: subject.kind, image: build.image },
    source: 'version' in subject ? subject.version : null,
    ...{ status, code: build.code ?? null, message: build.message ?? null },
    ...{ owner: build.owner ?? null, attempt: build.attempt, times: build.times },
    durationMs: end?.durationMs ?? null,
    bytesIn: end?.bytesIn ?? null,
    bytesOut: end?.bytesOut ?? null,
    deleted: build.clearing?.deleted ?? null,
  } as const;
  const outputs = fitting(build.outputs, MAX_BYTES - sizeOf(event));
  return { ...event, outputs, outputsLeftOut: build.outputs.length - outputs.length };
}

/** As many of the first outputs as there is room for. */
function fitting(outputs: Build['outputs'], room: number): BuildEvent['outputs'] {
  let left = room;
  const isRoom = (output: object): boolean => {
    left -= sizeOf(output) + 1;
    return left >= 0;
  };
  const first = outputs.findIndex((output) => !isRoom(output));
  return outputs.slice(0, first < 0 ? outputs.length : first);
}

function sizeOf(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}
