import type { ErrorCode } from '../error.ts';
import type { Status } from './status.ts';

/** What a build is about: written once, in its first row. */
export type Subject =
  /** A version that arrived in the input bucket: every pipeline that applies. */
  | { readonly kind: 'upload'; readonly version: SourceVersion }
  /** Asked for, whether or not it was done before. */
  | ({ readonly kind: 'request'; readonly version: SourceVersion } & RequestedWork)
  /** A version or a delete marker that went: the outputs follow the bucket. */
  | { readonly kind: 'removal'; readonly version: SourceVersion }
  /** All images under a prefix that were there at some moment: they are to be deleted. */
  | ({ readonly kind: 'clearance'; readonly begun: Clearing } & Cleared)
  /** A message that no one can read; kept, so that nothing is lost without a trace. */
  | { readonly kind: 'malformed'; readonly reason: string; readonly body: string };

/** Which images are to be deleted. */
export interface Cleared {
  readonly bucket: string;
  /** What their keys begin with; empty for all. */
  readonly prefix: string;
  /** Every version, for good. */
  readonly purge: boolean;
}

/** How far a clearance has come. */
export interface Clearing {
  /** RFC 3339, by the bucket's own clock: what was uploaded then or later stays. */
  readonly before: string;
  /** Keys up to this one, in the bucket's order, are done; empty at the beginning. */
  readonly after: string;
  /** Images that are gone by it. */
  readonly deleted: number;
  /** The keys in hand, up to `upTo`, and how many images they were: whoever takes over sees only what is left of them. */
  readonly stretch?: { readonly upTo: string; readonly images: number } | undefined;
  /** Takings since it came on. */
  readonly tries: number;
}

/** What is asked for: one pipeline, one output of it, one derivation by its recipe, or with none of them all that an upload gets. */
export interface RequestedWork {
  readonly pipeline?: string | undefined;
  readonly step?: string | undefined;
  /** Canonical text. */
  readonly recipe?: string | undefined;
  /** Make again what stands as it would be made. */
  readonly force?: boolean | undefined;
}

/** Who asked for a build, as far as it is known, and what they noted about the machine that asked. */
export interface Requester {
  /** Name of a user. */
  readonly owner?: string | undefined;
  /** As the caller told it; nothing is made of it. */
  readonly machine?: Readonly<Record<string, unknown>> | undefined;
}

/** One version of one object. `versionId` is `null` (as text) where the bucket keeps none, as S3 has it. */
export interface SourceVersion {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
}

/** Who works on a build, and until when nobody else may. Clocks steer waste here, never correctness. */
export interface Claim {
  readonly owner: string;
  /** Milliseconds since 1970. */
  readonly leaseUntil: number;
  /** The start of the one-machine runtime that the owner ran under; a claim of an earlier start is void. */
  readonly runtime?: string;
  /** The owner gave the build back: its next taking is no takeover from the dead. */
  readonly released?: boolean;
}

/** One object in the output bucket, as the log lists it. */
export interface OutputRecord {
  readonly name: string;
  readonly key: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
  readonly recipe: string;
  /** `name@version`. */
  readonly pipeline: string;
}

/** Codes of an end that is no failure. */
export type EndCode = 'SKIPPED' | 'SUPERSEDED' | 'DELETED' | 'CANCELLED';

interface RowBase<S extends Status> {
  readonly build: string;
  /** 1, 2, 3 … without gaps: the sort key, and so the lock. */
  readonly position: number;
  readonly status: S;
  readonly event: EventName;
  /** RFC 3339 UTC with milliseconds. */
  readonly time: string;
  /** Takings of this build since it was last PENDING. */
  readonly attempt: number;
  /** Tells one's own row, written twice by a retrying client, from somebody else's. */
  readonly nonce: string;
  /** Key in the input bucket; empty for what is about no one image. */
  readonly image: string;
}

export type PendingRow = RowBase<'PENDING'> & Requester & { readonly subject: Subject };
export type StartedRow = RowBase<'STARTED'> & {
  readonly claim: Claim;
  /** Of a clearance: amended by the owner of the claim as it goes on. */
  readonly clearing?: Clearing | undefined;
};
export type BuildingRow = RowBase<'BUILDING'> & { readonly bytesIn: number; readonly sourceSha256: string };
export type ConvertingRow = RowBase<'CONVERTING'> & {
  readonly outputs: readonly OutputRecord[];
  readonly durationMs: number;
};
export type FinishedRow = RowBase<'FINISHED'> & {
  readonly outputs: readonly OutputRecord[];
  readonly durationMs: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly code?: EndCode;
  readonly message?: string;
  /** The input goes once this row stands (`deleteInput`): its removal removes no outputs. */
  readonly removesInput?: boolean;
  readonly clearing?: Clearing | undefined;
};
export type FailedRow = RowBase<'FAILED'> & {
  readonly code: ErrorCode;
  readonly message: string;
  readonly durationMs: number;
};

export type LogRow = PendingRow | StartedRow | BuildingRow | ConvertingRow | FinishedRow | FailedRow;

/** What happened, as the log tells it beside the state that it led to. */
export type EventName =
  | 'uploaded'
  | 'requested'
  | 'removed'
  | 'received'
  | 'claimed'
  | 'taken-over'
  | 'asked-again'
  | 'rendering'
  | 'writing'
  | 'finished'
  | 'failed'
  | 'cancelled'
  | 'retried';
