import { describe, expect, it } from 'vitest';
import { welcome } from '../../../infra/local/welcome.ts';

const started = {
  apiUrl: 'http://127.0.0.1:3000',
  awsUrl: 'http://127.0.0.1:4566',
  home: { path: '/state', isNew: true, user: 'darkroom', password: 'told-once' },
  config: { inputBucket: 'in', outputBucket: 'out' },
} as unknown as Parameters<typeof welcome>[0];

const lines = (isTerminal: boolean) => welcome(started, { isTerminal }).split('\n');

describe('what a start prints', () => {
  it('begins with the line that programs wait for', () => {
    expect(lines(false)[0]).toMatch(/^ready http:\/\/127\.0\.0\.1:3000 /);
  });

  it('tells the password to a terminal alone', () => {
    expect(lines(true).join()).toContain('told-once');
    expect(lines(false).join()).not.toContain('told-once');
  });

  it('can be pasted at once: whatever fetches a negative waits until it is there', () => {
    const commands = lines(false).filter((line) => line.startsWith('  '));
    const fetchedBy = (program: RegExp) =>
      commands.filter((line) => program.test(line) && line.includes('negated_photo.jpg'));
    expect(fetchedBy(/ aws /)).toEqual([
      expect.stringMatching(/s3api wait object-exists --bucket out --key negated_photo\.jpg$/),
      expect.stringMatching(/s3 cp s3:\/\/out\/negated_photo\.jpg \.$/),
    ]);
    expect(fetchedBy(/curl /)).toEqual([expect.stringContaining('--retry 5 --retry-all-errors')]);
  });
});
