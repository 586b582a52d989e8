import { resolve } from 'node:path';
import { openLog } from './log.ts';
import { startRuntime } from './runtime.ts';
import { runtimeOptions } from './settings.ts';
import { welcome } from './welcome.ts';

/** `npm start`: Darkroom on this machine, until SIGINT or SIGTERM. */
const root = resolve(import.meta.dirname, '../..');
/** One Ctrl-C comes twice: from the terminal, and from npm, which passes it on. Later than this it is somebody who will not wait. */
const ECHO_MS = 500;

try {
  const options = runtimeOptions(process.env, root);
  const log = openLog(options.home);
  const starting = startRuntime({
    ...options,
    log: log.write,
    onProgress: (text) => console.error(`darkroom: ${text} …`),
  });
  let closingSince: number | undefined;
  const close = async (): Promise<void> => {
    if (closingSince !== undefined) {
      if (Date.now() - closingSince > ECHO_MS) process.exit(1);
      return;
    }
    closingSince = Date.now();
    const runtime = await starting;
    await runtime.close();
    log.close();
    process.exit(0);
  };
  process.on('SIGINT', close);
  process.on('SIGTERM', close);
  const runtime = await starting;
  if (closingSince === undefined)
    console.log(welcome(runtime, { isTerminal: process.stdout.isTTY === true }));
} catch (error) {
  console.error(`darkroom: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
