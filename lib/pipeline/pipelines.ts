import { posix } from 'node:path';
import * as z from 'zod/mini';
import defaultPipeline from '../../pipelines/default.json' with { type: 'json' };
import web from '../../pipelines/web.json' with { type: 'json' };
import { output } from '../recipe/output.ts';

/** A declared pipeline, as a file under `pipelines/` has it: one schema for all. */
const pipeline = z.strictObject({
  name: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,39}$/)),
  /** Told with each output, so that what an older version made can be found and made again. */
  version: z.string().check(z.regex(/^[A-Za-z0-9.-]{1,20}$/)),
  /** Glob over keys, `**` for all; a text that ends in `/` is a prefix. */
  input: z.string().check(z.minLength(1)),
  /** Whether it runs for each upload that its input matches, or only when asked. */
  when: z.enum(['uploaded', 'asked']),
  outputs: z.array(output).check(z.minLength(1)),
});

export type Pipeline = z.infer<typeof pipeline>;

/** All pipelines that travel with this deployment. A file that does not fit the schema ends the start, and says where. */
export const PIPELINES: readonly Pipeline[] = z.array(pipeline).parse([defaultPipeline, web]);

/** Those that an upload under this key runs through. */
export function pipelinesOf(key: string): readonly Pipeline[] {
  return PIPELINES.filter(({ when, input }) => when === 'uploaded' && isMatch(key, input));
}

export function isMatch(key: string, input: string): boolean {
  if (input === '**') return true;
  return input.endsWith('/') ? key.startsWith(input) : posix.matchesGlob(key, input);
}
