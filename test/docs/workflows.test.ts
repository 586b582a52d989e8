import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import project from '../../package.json' with { type: 'json' };
import { ROOT } from '../support/runtime.ts';

const FOLDER = join(ROOT, '.github/workflows');

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly 'runs-on': string;
  readonly 'timeout-minutes'?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

describe.each(readdirSync(FOLDER))('the workflow %s', (file) => {
  const document = parseDocument(readFileSync(join(FOLDER, file), 'utf8'), { strict: true });
  const workflow: Workflow = document.toJS();
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps);

  it('is YAML, with nothing at its top but what a workflow has', () => {
    expect([...document.errors, ...document.warnings]).toEqual([]);
    const known = ['name', 'on', 'permissions', 'concurrency', 'jobs'];
    expect(Object.keys(workflow).filter((key) => !known.includes(key))).toEqual([]);
  });

  it('gives each job an end, and steps that do one thing each', () => {
    for (const [name, job] of jobs) {
      expect(job['timeout-minutes'], name).toBeLessThanOrEqual(60);
      expect(
        job.steps.filter(({ uses, run }) => (uses === undefined) === (run === undefined)),
        name,
      ).toEqual([]);
    }
  });

  it('takes actions by a version, and scripts that package.json has', () => {
    const actions = steps.flatMap(({ uses }) => uses ?? []);
    expect(actions.filter((it) => !/^(actions|aws-actions)\/[\w-]+@(v\d+|[0-9a-f]{40})$/.test(it))).toEqual(
      [],
    );
    const scripts = steps.flatMap(({ run = '' }) => [...run.matchAll(/npm run (?:--silent )?([\w:-]+)/g)]);
    expect(scripts.map(([, name]) => name).filter((it) => !Object.hasOwn(project.scripts, it ?? ''))).toEqual(
      [],
    );
  });

  it('may do nothing unless a job says what it is for', () => {
    expect(Object.values(workflow.permissions ?? { all: 'write' }).filter((it) => it !== 'read')).toEqual([]);
    const mayWrite = jobs.flatMap(([name, { permissions = {} }]) =>
      Object.entries(permissions).flatMap(([what, may]) => (may === 'write' ? `${name}: ${what}` : [])),
    );
    const known = ['diff: id-token', 'diff: pull-requests', 'deploy: id-token', 'release: contents'];
    expect(mayWrite.filter((it) => !known.includes(it))).toEqual([]);
  });

  it('hands what people have written to a shell by its environment only', () => {
    expect(steps.filter(({ run = '' }) => run.includes('${{'))).toEqual([]);
  });
});
