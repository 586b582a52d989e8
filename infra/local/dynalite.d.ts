declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** What Darkroom uses of dynalite 4: an HTTP server that speaks DynamoDB's JSON protocol, over LevelDB under `path`. */
  export default function dynalite(options: {
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }): Server;
}
