import { describe, expect, it } from 'vitest';
import { runtimeOptions } from '../../../infra/local/settings.ts';

describe('the environment of npm start', () => {
  it('may be empty: everything has a default, on loopback', () => {
    expect(runtimeOptions({}, '/project')).toMatchObject({
      ...{
        home: '/project/.darkroom',
        host: '127.0.0.1',
        port: 3000,
        awsPort: 4566,
        region: 'us-east-1',
        context: {},
      },
      ...{ user: undefined, password: undefined },
    });
  });

  it('sets the app by its own names, and an empty variable sets nothing', () => {
    const environment = {
      INPUT_BUCKET: 'in-1',
      BASE_PATH: '/base',
      DELETE_INPUT: 'true',
      PORT: '',
      S3_PORT: '9000',
    };
    expect(runtimeOptions(environment, '/project')).toMatchObject({
      ...{ port: 3000, awsPort: 9000 },
      context: { inputBucket: 'in-1', basePath: '/base', deleteInput: 'true' },
    });
  });

  it.each([
    ['PORT', '0'],
    ['PORT', 'http'],
    ['S3_PORT', '70000'],
    ['S3_PORT', '3000'],
    ['DELETE_INPUT', 'perhaps'],
    ['INPUT_BUCKET', 'Not_A_Bucket'],
    ['BASE_PATH', 'no-slash'],
    ['MAX_CONCURRENCY', '1'],
    ['AWS_REGION', 'Frankfurt'],
    ['DARKROOM_HOME', '/tmp/what?'],
  ])('%s=%s is refused by its name', (name, value) => {
    expect(() => runtimeOptions({ [name]: value }, '/project')).toThrow(name);
  });

  it.each([
    [{ MAX_CONCURRENCY: '0' }, /^MAX_CONCURRENCY=0: it takes a whole number from 2 to 1000$/],
    [{ AWS_REGION: 'Here' }, /^AWS_REGION=Here: it takes an AWS region such as us-east-1$/],
    [{ INPUT_BUCKET: 'one', OUTPUT_BUCKET: 'one' }, /^INPUT_BUCKET and OUTPUT_BUCKET are the same: /],
    [{ INPUT_BUCKET: 'darkroom-output' }, /^INPUT_BUCKET and OUTPUT_BUCKET are the same: /],
  ])('that is wrong is told once, by the variables alone: %j', (environment, told) => {
    expect(() => runtimeOptions(environment, '/project')).toThrow(told);
  });
});
