// What a function's asset begins with where V8's code cache was baked at its build (infra/compile-cache.ts).
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const baked = join(import.meta.dirname, 'cache');
const directory = join(tmpdir(), 'compile-cache');
try {
  // Node looks for its own version under a name that ends in the user's id, which only the running function knows.
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(baked))
    symlinkSync(join(baked, name), join(directory, `${name}-${process.getuid()}`));
} catch {
  // Without the cache it starts as well, only slower.
}
enableCompileCache({ directory, portable: true });

export const { handler } = await import('./app.mjs');
