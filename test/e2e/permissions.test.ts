import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { photo } from '../support/pictures.ts';
import { ended, put, startDarkroom, type TestDarkroom, temporaryHome, until } from '../support/runtime.ts';

const { home, remove } = temporaryHome();
const lines: Readonly<Record<string, unknown>>[] = [];
let darkroom: TestDarkroom;

/** Starts on the template as it was synthesized, then again on the same without the permission to upload. */
beforeAll(async () => {
  const first = await startDarkroom({ home });
  await first.close();
  expect(deletePermission('api', 's3:PutObject')).toBe(1);
  darkroom = await startDarkroom({ home, log: (line) => lines.push(line) });
});
afterAll(async () => {
  await darkroom?.close();
  remove();
});

it('a function that lacks a permission fails here as it would on AWS, and its log says which', async () => {
  const answer = await darkroom.http('/images/cat.jpg', { method: 'PUT', body: new Uint8Array(photo()) });
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain('s3:PutObject');
  const told = await until(async () => lines.find((line) => JSON.stringify(line).includes('AccessDenied')));
  expect(JSON.stringify(told)).toContain('is not authorized to perform: s3:PutObject');
});

it('what needs it not goes on', async () => {
  await put(darkroom.s3, 'dog.jpg', photo());
  expect(await ended(darkroom.http, 'dog.jpg')).toMatchObject({ status: 'FINISHED' });
});

/** Takes an action from the policies of a function's role. Returns from how many statements. */
function deletePermission(of: string, action: string): number {
  const folder = join(home, 'assembly');
  let deleted = 0;
  for (const name of readdirSync(folder).filter((it) => it.endsWith('.template.json'))) {
    const file = join(folder, name);
    const template: Template = JSON.parse(readFileSync(file, 'utf8'));
    for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
      if (Type !== 'AWS::IAM::Policy' || !id.startsWith(`${of}Role`)) continue;
      for (const statement of Properties.PolicyDocument.Statement) {
        const actions = [statement.Action].flat();
        if (!actions.includes(action)) continue;
        statement.Action = actions.filter((it) => it !== action);
        deleted += 1;
      }
    }
    writeFileSync(file, JSON.stringify(template));
  }
  return deleted;
}

interface Template {
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly Properties: {
          readonly PolicyDocument: { readonly Statement: { Action: string | string[] }[] };
        };
      }
    >
  >;
}
