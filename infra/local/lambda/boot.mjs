/**
 * What a function's process begins with: ties its life to the runtime's, then starts AWS's own runtime client, which loads the handler.
 * Plain JavaScript, as is `rapid-client.mjs`: stripping types would add 25 ms to every cold start.
 */
import { registerHooks } from 'node:module';
import { Socket } from 'node:net';

/** The far end is held by the runtime; the kernel closes it even when the runtime dies by SIGKILL. */
const LIFELINE_FD = 3;

const lifeline = new Socket({ fd: LIFELINE_FD });
lifeline.on('error', () => {}).on('close', endGroup);
lifeline.resume().unref();

// The package is installed without its compiled add-on; the one request for it gets our own client.
const hook = registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier !== './rapid-client.node') return nextResolve(specifier, context);
    hook.deregister();
    return { url: new URL('./rapid-client.mjs', import.meta.url).href, format: 'module', shortCircuit: true };
  },
});

await import('aws-lambda-ric');

function endGroup() {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    process.kill(process.pid, 'SIGKILL');
  }
}
