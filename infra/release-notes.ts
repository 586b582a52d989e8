import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What CHANGELOG.md says of one version: the text between its heading, `## 0.2.0` with or without a date behind it, and the next. Throws an
 * Error where the version has no section, or an empty one.
 */
export function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((it) => it.split(/\s/, 1)[0] === version);
  const notes = section?.slice(section.indexOf('\n')).trim();
  if (notes) return `${notes}\n`;
  const versions = sections.map((it) => it.split('\n', 1)[0]).join(', ');
  throw new Error(`CHANGELOG.md says nothing under ## ${version}; it has ${versions}`);
}

/** `npm run release-notes -- 0.2.0`; a tag's `v` before it is taken off. */
if (import.meta.main) {
  const [version = ''] = process.argv.slice(2);
  const changelog = readFileSync(join(import.meta.dirname, '..', 'CHANGELOG.md'), 'utf8');
  try {
    process.stdout.write(releaseNotes(changelog, version.replace(/^v/, '')));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
