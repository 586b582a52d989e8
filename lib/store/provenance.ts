import { DarkroomError } from '../error.ts';
import type { SourceVersion } from '../pipeline/log-row.ts';

/** Where an output came from: what each object in the output bucket carries as user metadata. */
export interface Provenance {
  readonly source: Omit<SourceVersion, 'bucket'>;
  readonly sourceSha256: string;
  /** Of the output itself, lower-case hex. */
  readonly sha256: string;
  readonly recipe: string;
  /** `name@version`. */
  readonly pipeline: string;
  readonly build: string;
}

/** S3 takes 2 KB of user metadata, names and values counted together (Amazon S3 User Guide, "Working with object metadata"). */
const MAX_METADATA_BYTES = 2_000;

export function toMetadata(provenance: Provenance): Record<string, string> {
  const metadata = {
    'source-key': Buffer.from(provenance.source.key).toString('base64url'),
    'source-version': provenance.source.versionId,
    'source-sha256': provenance.sourceSha256,
    sha256: provenance.sha256,
    recipe: provenance.recipe,
    pipeline: provenance.pipeline,
    build: provenance.build,
  };
  const bytes = Object.entries(metadata).flat().join('').length;
  if (bytes > MAX_METADATA_BYTES) {
    throw new DarkroomError(
      'KEY_TOO_LONG',
      `The provenance of an output of ${provenance.source.key} needs ${bytes} bytes of metadata and S3 takes ${MAX_METADATA_BYTES}; shorten the key`,
    );
  }
  return metadata;
}

/** The provenance that metadata tells; undefined for an object that Darkroom did not write. */
export function fromMetadata(metadata: Readonly<Record<string, string>> | undefined): Provenance | undefined {
  const value = (name: string): string => metadata?.[name] ?? '';
  if (value('source-key') === '' || value('build') === '') return undefined;
  return {
    source: {
      key: Buffer.from(value('source-key'), 'base64url').toString(),
      versionId: value('source-version'),
    },
    sourceSha256: value('source-sha256'),
    sha256: value('sha256'),
    recipe: value('recipe'),
    pipeline: value('pipeline'),
    build: value('build'),
  };
}
