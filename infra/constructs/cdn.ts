import { Aws, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  type IOrigin,
  OriginProtocolPolicy,
  OriginSslPolicy,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { nameOf, type Settings } from '../settings.ts';
import { allow } from './allow.ts';
import type { BundledFunction } from './bundled-function.ts';
import { VIEWER_REQUEST } from './viewer-request.ts';

export interface CdnProps {
  readonly settings: Settings;
  readonly apiId: string;
}

/** The longest that the service signs a URL for: what it answers says until when it may be kept. */
const LONGEST = Duration.days(7);

/**
 * CloudFront before the API, for signed URLs: it hands on no other credentials. A secret header tells the API that a request comes through
 * it. docs/decisions has what it is for, and why the API stays behind it as it is.
 */
export class Cdn extends Construct {
  /** What signed URLs begin with. */
  readonly url: string;
  private readonly secret: Secret;

  constructor(scope: Construct, id: string, { settings, apiId }: CdnProps) {
    super(scope, id);
    this.secret = originSecret(this, settings);
    const { cdnDomain, cdnCertificateArn } = settings;
    const distribution = new Distribution(this, 'Distribution', {
      comment: nameOf(settings, 'cdn'),
      defaultBehavior: {
        origin: originOf(apiId, this.secret),
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        cachePolicy: byRecipe(this, settings),
        responseHeadersPolicy: ResponseHeadersPolicy.SECURITY_HEADERS,
        // Pictures are compressed already.
        compress: false,
        functionAssociations: [
          { eventType: FunctionEventType.VIEWER_REQUEST, function: normalizer(this, settings) },
        ],
      },
      httpVersion: HttpVersion.HTTP2_AND_3,
      ...(cdnDomain && { domainNames: [cdnDomain] }),
      ...(cdnCertificateArn && {
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
        certificate: Certificate.fromCertificateArn(this, 'Certificate', cdnCertificateArn),
      }),
    });
    Validations.of(distribution).acknowledge(...acknowledgements(cdnDomain));
    this.url = `https://${cdnDomain ?? distribution.distributionDomainName}${settings.basePath}`;
  }

  /** Has a function sign URLs that lead here, and take them from here alone. */
  serve(fn: BundledFunction): void {
    fn.function.addEnvironment('CDN_URL', this.url);
    fn.function.addEnvironment('ORIGIN_SECRET', this.secret.secretArn);
    allow(fn, ['secretsmanager:GetSecretValue'], this.secret.secretArn);
  }
}

function originSecret(scope: Construct, settings: Settings): Secret {
  const secret = new Secret(scope, 'Secret', {
    secretName: nameOf(settings, 'cdn-origin'),
    generateSecretString: { excludePunctuation: true, passwordLength: 64 },
    // It proves nothing but the way that a request took: a new one does as well.
    removalPolicy: RemovalPolicy.DESTROY,
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason: 'CloudFront learns of a new value at a deploy alone: by itself it would lock out the CDN.',
  });
  return secret;
}

function originOf(apiId: string, secret: Secret): IOrigin {
  return new HttpOrigin(`${apiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`, {
    protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
    originSslProtocols: [OriginSslPolicy.TLS_V1_2],
    // The template holds a reference; CloudFormation puts the value in.
    customHeaders: { 'x-darkroom-origin': secret.secretValue.unsafeUnwrap() },
  });
}

/** The whole query is the recipe, its version of the image and the signature; until when it may be kept the answer says. */
function byRecipe(scope: Construct, settings: Settings): CachePolicy {
  return new CachePolicy(scope, 'ByRecipe', {
    cachePolicyName: nameOf(settings, 'by-recipe'),
    queryStringBehavior: CacheQueryStringBehavior.all(),
    headerBehavior: CacheHeaderBehavior.allowList('Accept'),
    minTtl: Duration.seconds(0),
    defaultTtl: Duration.seconds(0),
    maxTtl: LONGEST,
  });
}

function normalizer(scope: Construct, settings: Settings): EdgeFunction {
  return new EdgeFunction(scope, 'Normalizer', {
    functionName: nameOf(settings, 'normalize-accept'),
    code: FunctionCode.fromInline(VIEWER_REQUEST),
    runtime: FunctionRuntime.JS_2_0,
  });
}

function acknowledgements(cdnDomain: string | undefined): { readonly id: string; readonly reason: string }[] {
  return [
    { id: 'AwsSolutions-CFR1', reason: 'Whom a URL was given to may be anywhere.' },
    {
      id: 'AwsSolutions-CFR2',
      reason:
        'Only GET of a URL that the service signed gets through, and the signature covers each parameter: a firewall would have nothing to tell apart.',
    },
    {
      id: 'AwsSolutions-CFR3',
      reason:
        'What the cache does not answer stands in the access log of the gateway. Standard logs want a bucket with ACLs, which no bucket here has.',
    },
    ...(cdnDomain === undefined
      ? [
          {
            id: 'AwsSolutions-CFR4',
            reason:
              'CloudFront’s own certificate takes no other policy than its own; with cdnDomain it is TLS 1.2 of 2021 or later.',
          },
        ]
      : []),
  ];
}
