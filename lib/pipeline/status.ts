/** The states of a build, in the order in which it passes through them. */
export const STATUSES = ['PENDING', 'STARTED', 'BUILDING', 'CONVERTING', 'FINISHED', 'FAILED'] as const;

export type Status = (typeof STATUSES)[number];

/**
 * Which state may follow which. BUILDING and CONVERTING may be passed over; STARTED after STARTED, BUILDING or CONVERTING is a
 * takeover of a dead worker's build; PENDING after FAILED is a retry; FINISHED after PENDING is a cancellation.
 */
export const NEXT = {
  PENDING: ['STARTED', 'FINISHED'],
  STARTED: ['STARTED', 'BUILDING', 'CONVERTING', 'FINISHED', 'FAILED'],
  BUILDING: ['STARTED', 'CONVERTING', 'FINISHED', 'FAILED'],
  CONVERTING: ['STARTED', 'FINISHED', 'FAILED'],
  FINISHED: [],
  FAILED: ['PENDING'],
} as const satisfies Record<Status, readonly Status[]>;

export function mayFollow(previous: Status | undefined, next: Status): boolean {
  if (previous === undefined) return next === 'PENDING';
  return (NEXT[previous] as readonly Status[]).includes(next);
}
