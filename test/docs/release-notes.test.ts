import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { releaseNotes } from '../../infra/release-notes.ts';
import { ROOT } from '../support/runtime.ts';

const CHANGELOG = `# Changelog

## Unreleased

## 0.2.0 – 2026-11-21

### Added
- Something.

## 0.10.0

- Something else.
`;

describe('release notes', () => {
  it.each([
    ['0.2.0', '### Added\n- Something.\n'],
    ['0.10.0', '- Something else.\n'],
  ])('of %s are its section of the changelog', (version, notes) => {
    expect(releaseNotes(CHANGELOG, version)).toBe(notes);
  });

  it.each(['0.1.0', '0.2', '', 'Unreleased', '.*'])(
    'of %j, of which nothing is said, are an error',
    (version) => {
      expect(() => releaseNotes(CHANGELOG, version)).toThrow(
        `CHANGELOG.md says nothing under ## ${version}; it has Unreleased, 0.2.0 – 2026-11-21, 0.10.0`,
      );
    },
  );

  it('can be made of the changelog that there is', () => {
    expect(releaseNotes(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), 'Unreleased')).toContain('- ');
  });
});
