import { Stack } from 'aws-cdk-lib';
import { CfnApi, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ROUTES, type Route } from '../../lib/http/routes.ts';
import { nameOf, type Settings } from '../settings.ts';
import type { BundledFunction } from './bundled-function.ts';

export interface HttpApiProps {
  readonly settings: Settings;
  /** The functions that the routes name. */
  readonly functions: Readonly<Record<Route['function'], BundledFunction>>;
}

/**
 * The gateway before the route table. What answers GET answers HEAD; what is no route goes to `api`, which tells 404 from 405. It
 * has no authorizer, which could not answer 401 as we must, and no CORS.
 */
export class HttpApi extends Construct {
  readonly url: string;
  private readonly apiId: string;

  constructor(scope: Construct, id: string, { settings, functions }: HttpApiProps) {
    super(scope, id);
    const api = new CfnApi(this, 'Api', { name: nameOf(settings, 'http'), protocolType: 'HTTP' });
    this.apiId = api.ref;
    this.url = api.attrApiEndpoint + settings.basePath;
    new CfnStage(this, 'Stage', { apiId: api.ref, stageName: '$default', autoDeploy: true });

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

  private route(name: string, routeKey: string, target: string): void {
    new CfnRoute(this, name, { apiId: this.apiId, routeKey, target });
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
