import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import type { Deps } from './deps.ts';

/** `POST /redrive`: dead letters back to work. SQS moves them by itself, so the answer comes before they are all there. */
export async function redrive({ deadLetters }: Pick<Deps, 'deadLetters'>): Promise<Answer> {
  return jsonAnswer('redrive', 202, { redriven: await deadLetters.redrive() });
}
