import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Some files wait for most of their time, for leases to end and messages to come again: one more than there are processors.
    maxWorkers: availableParallelism() + 1,
  },
});
