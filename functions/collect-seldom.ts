import { setFlagsFromString } from 'node:v8';

/**
 * From now on V8 collects garbage where a limit of the heap makes it, and no longer begins well before so as to keep each pause
 * short: nobody waits but for the picture in hand, and the bytes of pictures, which lie beside the heap, had it begin once or twice
 * in each. That was a third of what a picture took. Limits stay what they were.
 *
 * Not before the modules are loaded: code compiled under other flags is not taken from a compile cache.
 */
export function collectSeldom(): void {
  setFlagsFromString('--no-incremental-marking');
}
