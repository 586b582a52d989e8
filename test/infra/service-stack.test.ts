import { beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../lib/config.ts';
import { ROUTES, type Route } from '../../lib/http/routes.ts';
import { type Deployed, type Deployment, deploy } from './deployment.ts';

const FUNCTIONS = ['darkroom-process', 'darkroom-api', 'darkroom-render', 'darkroom-sweep'];

let deployment: Deployment;
beforeAll(() => {
  deployment = deploy();
});

const fn = (FunctionName: string): Deployed => deployment.one('AWS::Lambda::Function', { FunctionName });

it('neither stack needs a custom resource', () => {
  const foreign = deployment.resources.filter(({ type }) => /^Custom::|CustomResource/.test(type));
  expect(foreign.map(({ id }) => id)).toEqual([]);
  expect(deployment.all('AWS::Lambda::Function').map((it) => it.properties.FunctionName)).toEqual(FUNCTIONS);
});

describe.each(FUNCTIONS)('the function %s', (name) => {
  it('runs on Node 24 on arm64', () => {
    expect(fn(name).properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
    });
  });

  it('has a log of its own that is kept for a month', () => {
    const { LogGroup = '' } = fn(name).properties.LoggingConfig as { readonly LogGroup?: string };
    const groups = deployment.all('AWS::Logs::LogGroup');
    expect(groups.find(({ id }) => id === LogGroup)?.properties).toMatchObject({ RetentionInDays: 30 });
  });

  it('finds in its environment every setting that it reads', () => {
    const { Variables } = fn(name).properties.Environment as { readonly Variables: Record<string, string> };
    expect(readConfig(Variables)).toMatchObject({
      inputBucket: 'darkroom-input-111122223333-eu-west-1',
      outputBucket: 'darkroom-output-111122223333-eu-west-1',
      tableName: 'darkroom-log',
      queueUrl: 'https://aws.invalid/111122223333/darkroom-work',
      basePath: '',
      deleteInput: false,
      maxSourceBytes: 134_217_728,
      version: '1.2.3',
    });
    expect(Variables).toMatchObject({ MALLOC_ARENA_MAX: '2' });
  });
});

it('process gets one message at a time, ten at once at most, and says itself which have to come again', () => {
  expect(deployment.one('AWS::Lambda::EventSourceMapping').properties).toMatchObject({
    EventSourceArn: 'arn:aws:sqs:eu-west-1:111122223333:darkroom-work',
    BatchSize: 1,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 10 },
  });
});

describe('the gateway', () => {
  it('has the routes of the table, HEAD where there is GET, and a last resort', () => {
    expect(routesOf(deployment)).toEqual(expectedRoutes(''));
  });

  it('lets through what the settings say, of each route', () => {
    expect(deployment.one('AWS::ApiGatewayV2::Stage').properties).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 1_000, ThrottlingBurstLimit: 2_000 },
    });
  });

  it('lets only itself call the functions that it calls', () => {
    const callers = deployment
      .all('AWS::Lambda::Permission')
      .map(({ properties }) => properties)
      .filter(({ Principal }) => Principal !== 'events.amazonaws.com');
    expect(callers.map(({ FunctionName }) => FunctionName)).toEqual(
      ['api', 'render'].map((name) => `arn:aws:lambda:eu-west-1:111122223333:function:darkroom-${name}`),
    );
    for (const caller of callers) {
      expect(caller).toMatchObject({
        Principal: 'apigateway.amazonaws.com',
        SourceArn: expect.stringMatching(/^arn:aws:execute-api:eu-west-1:111122223333:\w+\/\*$/),
      });
    }
  });
});

describe('each minute', () => {
  it.each([
    ['sweep', 'darkroom-sweep'],
    ['clear', 'darkroom-api'],
  ])('%s wakes %s, and a run that fails is not tried again', (rule, name) => {
    const arn = `arn:aws:lambda:eu-west-1:111122223333:function:${name}`;
    expect(deployment.one('AWS::Events::Rule', { Name: `darkroom-${rule}` }).properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      Targets: [{ Arn: arn }],
    });
    const retries = deployment.all('AWS::Lambda::EventInvokeConfig').map(({ properties }) => properties);
    expect(retries.find((it) => it.FunctionName === arn || it.FunctionName === name)).toMatchObject({
      MaximumRetryAttempts: 0,
    });
    const caller = { Principal: 'events.amazonaws.com', FunctionName: arn };
    expect(deployment.one('AWS::Lambda::Permission', caller).properties).toMatchObject({
      SourceArn: `arn:aws:events:eu-west-1:111122223333:rule/darkroom-${rule}`,
    });
  });
});

describe('with settings of its own, a deployment', () => {
  let other: Deployment;
  beforeAll(() => {
    other = deploy({
      stage: 'test',
      arch: 'x64',
      basePath: '/image_creation',
      processTimeoutSeconds: '20',
      maxConcurrency: '3',
    });
  });

  it('serves below its base path', () => {
    expect(routesOf(other)).toEqual(expectedRoutes('/image_creation'));
    expect(other.outputs.ApiUrl).toMatch(/\/image_creation$/);
  });

  it('shares no name with one of another stage', () => {
    const names = (of: Deployment): readonly unknown[] =>
      of.resources.flatMap(({ properties }) =>
        ['BucketName', 'QueueName', 'TableName', 'FunctionName', 'AlarmName', 'Name'].flatMap((key) =>
          typeof properties[key] === 'string' ? [properties[key]] : [],
        ),
      );
    expect(names(other).filter((name) => names(deployment).includes(name))).toEqual([]);
    expect(names(other)).toContain('darkroom-test-work');
  });

  it('waits six of its own timeouts, and runs on the processor and as wide as it was told', () => {
    expect(other.one('AWS::SQS::Queue', { QueueName: 'darkroom-test-work' }).properties).toMatchObject({
      VisibilityTimeout: 120,
    });
    expect(
      other.one('AWS::Lambda::Function', { FunctionName: 'darkroom-test-process' }).properties,
    ).toMatchObject({ Architectures: ['x86_64'], Timeout: 20 });
    expect(other.one('AWS::Lambda::EventSourceMapping').properties).toMatchObject({
      ScalingConfig: { MaximumConcurrency: 3 },
    });
  });
});

/** The function's name by the route's key. */
function routesOf({ all }: Deployment): Readonly<Record<string, string>> {
  const integrations = new Map(
    all('AWS::ApiGatewayV2::Integration').map(({ id, properties }) => [
      `integrations/${id}`,
      String(properties.IntegrationUri).split('-').at(-1),
    ]),
  );
  return Object.fromEntries(
    all('AWS::ApiGatewayV2::Route').map(({ properties }) => [
      String(properties.RouteKey),
      integrations.get(String(properties.Target)) ?? '',
    ]),
  );
}

function expectedRoutes(basePath: string): Readonly<Record<string, string>> {
  const routes = Object.values<Route>(ROUTES).filter(({ when }) => when === undefined);
  return Object.fromEntries([
    ...routes.flatMap(({ method, path, function: name }) =>
      (method === 'GET' ? ['GET', 'HEAD'] : [method]).map((it) => [`${it} ${basePath}${path}`, name]),
    ),
    ['$default', 'api'],
  ]);
}
