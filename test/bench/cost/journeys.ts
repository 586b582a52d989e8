import { join } from 'node:path';
import { outputKeys, put, ROOT, type TestDarkroom, until } from '../../support/runtime.ts';

/** One way that a picture, or a request for one, may take. */
export interface Journey {
  readonly what: string;
  /** Invocations that it makes, by function. */
  readonly invocations: Readonly<Record<string, number>>;
  /** Calls that the client makes itself. */
  readonly own: Readonly<Record<string, number>>;
  /** Once for each picture; returns when all that it sets off is done. */
  run(darkroom: TestDarkroom, picture: Buffer, name: string): Promise<void>;
}

export const PICTURE = join(ROOT, 'test/fixtures/seeding.jpg');

/** In this order, with the same names: each goes on with what the one before it left. */
export const JOURNEYS: Readonly<Record<string, Journey>> = {
  s3: {
    what: 'upload through S3',
    invocations: { process: 1 },
    own: { PutObject: 1 },
    async run({ s3 }, picture, name) {
      await put(s3, `s3/${name}.jpg`, picture);
      await outputs(s3, 's3', name);
    },
  },
  http: {
    what: 'upload through HTTP',
    invocations: { api: 1, process: 1 },
    own: {},
    async run({ s3, http }, picture, name) {
      const body = new Uint8Array(picture);
      await expectStatus(202, await http(`/images/http/${name}.jpg`, { method: 'PUT', body }));
      await outputs(s3, 'http', name);
    },
  },
  miss: {
    what: 'derived on demand, first time',
    invocations: { render: 1 },
    own: {},
    run: async ({ http }, _, name) => expectStatus(200, await http(`/images/s3/${name}.webp?xsize=320`)),
  },
  hit: {
    what: 'the same again',
    invocations: { render: 1 },
    own: {},
    run: async ({ http }, _, name) => expectStatus(200, await http(`/images/s3/${name}.webp?xsize=320`)),
  },
  download: {
    what: 'an output downloaded',
    invocations: { api: 1 },
    own: {},
    run: async ({ http }, _, name) =>
      expectStatus(200, await http(`/images/download/derived/s3/${name}.jpg/preview.jpg`)),
  },
};

/** Asks the bucket, since a question to the API would be counted. */
async function outputs(s3: TestDarkroom['s3'], folder: string, name: string): Promise<void> {
  await until(async () => {
    const keys = [
      ...(await outputKeys(s3, `derived/${folder}/${name}.jpg/`)),
      ...(await outputKeys(s3, `${folder}/negated_${name}.jpg`)),
    ];
    return keys.length === OUTPUTS ? keys : undefined;
  });
}

/** Of the pipeline `default`: negated, thumbnail, preview. */
const OUTPUTS = 3;

async function expectStatus(status: number, answer: Response): Promise<void> {
  const body = await answer.arrayBuffer();
  if (answer.status !== status) throw new Error(`${answer.status} ${Buffer.from(body).toString()}`);
}
