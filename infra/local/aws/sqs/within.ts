import * as z from 'zod/mini';
import { sqsError } from './errors.ts';

/**
 * A whole number of a request. Throws InvalidParameterValue, which names the parameter, its value and its limits.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */
export function within(name: string, [min, max]: readonly [number, number]) {
  return z.transform((given: unknown): number => {
    const isPlain = typeof given !== 'object' || given === null;
    const value = isPlain ? Number(given) : Number.NaN;
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    const limits = min === 0 ? `>= 0 and <= ${max}` : `between ${min} and ${max}`;
    const reason = `Must be ${limits}, if provided.`;
    const told = isPlain ? given : JSON.stringify(given);
    throw sqsError(
      'InvalidParameterValue',
      `Value ${told} for parameter ${name} is invalid. Reason: ${reason}`,
    );
  });
}
