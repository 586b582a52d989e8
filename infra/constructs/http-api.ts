import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { CfnApi, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ROUTES, type Route } from '../../lib/http/routes.ts';
import { nameOf, type Settings } from '../settings.ts';
import type { BundledFunction } from './bundled-function.ts';

export interface HttpApiProps {
  readonly settings: Settings;
  /** The functions that the routes name. */
  readonly functions: Readonly<Record<Route['function'], BundledFunction>>;
}

/** A line of the access log. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
const LOGGED = {
  time: '$context.requestTime',
  requestId: '$context.requestId',
  ip: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  path: '$context.path',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  durationMs: '$context.responseLatency',
  error: '$context.error.message',
  functionError: '$context.integrationErrorMessage',
};

/**
 * The gateway before the route table. What answers GET answers HEAD; what is no route goes to `api`, which tells 404 from 405. It
 * has no authorizer, which could not answer 401 as we must, and no CORS.
 */
export class HttpApi extends Construct {
  readonly url: string;
  readonly apiId: string;

  constructor(scope: Construct, id: string, { settings, functions }: HttpApiProps) {
    super(scope, id);
    const api = new CfnApi(this, 'Api', { name: nameOf(settings, 'http'), protocolType: 'HTTP' });
    this.apiId = api.ref;
    this.url = api.attrApiEndpoint + settings.basePath;
    new CfnStage(this, 'Stage', {
      apiId: api.ref,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: { destinationArn: this.accessLog(settings), format: JSON.stringify(LOGGED) },
      defaultRouteSettings: {
        throttlingRateLimit: settings.requestsPerSecond,
        throttlingBurstLimit: settings.requestBurst,
      },
    });

    const targets = {
      api: this.integrate('ToApi', functions.api.function),
      render: this.integrate('ToRender', functions.render.function),
    } as const satisfies Record<Route['function'], string>;
    for (const [name, route] of Object.entries<Route>(ROUTES)) {
      // The gateway knows no query: those of one method and path go to one function, which chooses.
      if (route.when !== undefined) continue;
      const path = settings.basePath + route.path;
      this.route(name, `${route.method} ${path}`, targets[route.function]);
      if (route.method === 'GET') this.route(`${name}Head`, `HEAD ${path}`, targets[route.function]);
    }
    this.route('default', '$default', targets.api);
  }

  /** Who asked for what, without query strings: signatures stand there. */
  private accessLog(settings: Settings): string {
    const log = new LogGroup(this, 'AccessLog', {
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return log.logGroupArn;
  }

  private route(name: string, routeKey: string, target: string): void {
    const route = new CfnRoute(this, name, { apiId: this.apiId, routeKey, target });
    Validations.of(route).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'The functions check credentials before each route (lib/auth, test/e2e/http): an authorizer could neither challenge with 401 nor take signed URLs.',
    });
  }

  /** One permission a function: one a route, as CDK's own construct gives, would fill the 20 KB of a function's policy. */
  private integrate(id: string, target: LambdaFunction): string {
    target.addPermission('Gateway', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: this.apiId,
        resourceName: '*',
      }),
    });
    const integration = new CfnIntegration(this, id, {
      apiId: this.apiId,
      integrationType: 'AWS_PROXY',
      integrationUri: target.functionArn,
      payloadFormatVersion: '2.0',
    });
    return `integrations/${integration.ref}`;
  }
}
