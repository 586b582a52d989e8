import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { VIEWER_REQUEST } from '../../infra/constructs/viewer-request.ts';
import { type Deployment, deploy } from './deployment.ts';

let deployment: Deployment;
beforeAll(() => {
  deployment = deploy({ cdn: 'true', basePath: '/pictures' });
});

it('without the setting there is no CDN, and signed URLs count from anywhere', () => {
  const without = deploy();
  expect(without.all('AWS::CloudFront::Distribution')).toEqual([]);
  expect(environmentOf(without, 'render')).toMatchObject({ CDN_URL: '', ORIGIN_SECRET: '' });
});

it('is asked over TLS, answers GET and HEAD alone, and hands on no credentials but the URL’s own', () => {
  const { DistributionConfig } = deployment.one('AWS::CloudFront::Distribution').properties;
  expect(DistributionConfig).toMatchObject({
    HttpVersion: 'http2and3',
    DefaultCacheBehavior: {
      AllowedMethods: ['GET', 'HEAD'],
      ViewerProtocolPolicy: 'https-only',
      Compress: false,
    },
    Origins: [
      { CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] } },
    ],
  });
  expect(DistributionConfig).not.toHaveProperty('DefaultCacheBehavior.OriginRequestPolicyId');
});

it('keeps one copy a recipe, as long as the answer says and never longer than a URL lives', () => {
  expect(deployment.one('AWS::CloudFront::CachePolicy').properties.CachePolicyConfig).toMatchObject({
    MinTTL: 0,
    DefaultTTL: 0,
    MaxTTL: 604_800,
    ParametersInCacheKeyAndForwardedToOrigin: {
      QueryStringsConfig: { QueryStringBehavior: 'all' },
      HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Accept'] },
      CookiesConfig: { CookieBehavior: 'none' },
    },
  });
});

it('tells the API by a secret that no template holds, and the function that signs learns where it lies', () => {
  const { DistributionConfig } = deployment.one('AWS::CloudFront::Distribution').properties;
  const secret = deployment.one('AWS::SecretsManager::Secret', { Name: 'darkroom-cdn-origin' });
  expect(DistributionConfig).toMatchObject({
    Origins: [
      {
        OriginCustomHeaders: [
          {
            HeaderName: 'x-darkroom-origin',
            HeaderValue: expect.stringMatching(
              /^\{\{resolve:secretsmanager:arn:.*cdn-origin.*:SecretString:::\}\}$/,
            ),
          },
        ],
      },
    ],
  });
  expect(secret.template).toMatchObject({ DeletionPolicy: 'Delete' });
  expect(environmentOf(deployment, 'render')).toMatchObject({
    CDN_URL: expect.stringMatching(/^https:\/\/.+\/pictures$/),
    ORIGIN_SECRET: expect.stringContaining('cdn-origin'),
  });
});

it('has a domain of one’s own with TLS 1.2 or later', () => {
  const cdnCertificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/one';
  const own = deploy({ cdn: 'true', cdnDomain: 'images.example.com', cdnCertificateArn });
  expect(own.one('AWS::CloudFront::Distribution').properties.DistributionConfig).toMatchObject({
    Aliases: ['images.example.com'],
    ViewerCertificate: { AcmCertificateArn: cdnCertificateArn, MinimumProtocolVersion: 'TLSv1.2_2021' },
  });
  expect(environmentOf(own, 'render')).toMatchObject({ CDN_URL: 'https://images.example.com' });
});

describe('what a client accepts', () => {
  it.each([
    ['auto', 'image/avif,image/webp,image/apng,*/*;q=0.8', 'image/avif,image/webp,*/*'],
    ['auto', 'image/webp,*/*', 'image/webp,*/*'],
    ['auto', undefined, '*/*'],
    ['webp', 'image/avif,image/webp,*/*', '*/*'],
    [undefined, 'text/html', '*/*'],
  ])('with kind=%s and %s is %s to the cache', (kind, accept, told) => {
    const request = {
      querystring: kind === undefined ? {} : { kind: { value: kind } },
      headers: accept === undefined ? {} : { accept: { value: accept } },
    };
    const answer = runInNewContext(`${VIEWER_REQUEST};handler({ request })`, { request });
    expect(answer.headers.accept.value).toBe(told);
  });
});

function environmentOf(of: Deployment, name: string): unknown {
  const { Environment } = of.one('AWS::Lambda::Function', { FunctionName: `darkroom-${name}` }).properties;
  return (Environment as { readonly Variables: unknown }).Variables;
}
