import { AbstractKeyIterator, AbstractLevel, AbstractValueIterator } from 'abstract-level';
import dynalite from 'dynalite';

/**
 * dynalite in a process of its own: it throws where it does not know what to do (a full disk, a damaged file), and after a failed write
 * its database has to be opened anew, or what follows is lost with the next crash. So it may end, and `superviseDynamo` starts it again.
 *
 * Arguments: the database's folder, the Unix socket. Tells its parent `listening`, or why it cannot; ends with its parent.
 */
const [path = '', socket = ''] = process.argv.slice(2);

closeIteratorsOnReturn();
const opened = watchOpening();
const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => {
  server.close(() => process.exit());
  server.closeAllConnections();
});
await opened.then(listen, refuse);

function listen(): void {
  server.listen(socket, () => process.send?.({ listening: true }));
}

function refuse(error: unknown): void {
  const { cause = error } = Object(error);
  const { code = '', message = String(cause) } = Object(cause);
  process.send?.({ code, reason: message }, () => process.exit(1));
}

/**
 * dynalite 4.0.0 ends each read with the `return` that an iterator of this database does not have, so every query would leave one
 * open for ever: some KB each, and a snapshot of the data. It gets one that closes it.
 */
function closeIteratorsOnReturn(): void {
  for (const { prototype } of [AbstractKeyIterator, AbstractValueIterator]) {
    Object.assign(prototype, {
      return(this: { close(): Promise<void> }) {
        return this.close();
      },
    });
  }
}

/** dynalite opens its database on its own, and forgets why that failed. */
function watchOpening(): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const { open } = AbstractLevel.prototype;
  Object.assign(AbstractLevel.prototype, {
    open(this: AbstractLevel<unknown>, ...options: Parameters<typeof open>) {
      const opening = open.apply(this, options);
      opening.then(resolve, reject);
      return opening;
    },
  });
  return promise;
}
