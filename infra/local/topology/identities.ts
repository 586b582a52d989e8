import type { Resource } from './templates.ts';

/** Where the template is said to be deployed. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
  /** The AWS endpoint of this machine, such as `http://127.0.0.1:4566`. */
  readonly awsUrl: string;
}

/** How a resource is called by others: what `Ref` gives, and what `Fn::GetAtt` gives by attribute. */
export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The resource's own name, resolved; its logical id where it has none. */
type Name = (property: string) => string;

/** One row a type of resource whose name or ARN others use. */
const IDENTITIES: Readonly<Record<string, (name: Name, place: Place, logicalId: string) => Identity>> = {
  'AWS::S3::Bucket': (name) => named(name('BucketName'), `arn:aws:s3:::${name('BucketName')}`),
  'AWS::SQS::Queue': (name, place) => {
    const queue = name('QueueName');
    const attributes = { Arn: arn(place, 'sqs', queue), QueueName: queue };
    return { ref: `${place.awsUrl}/${place.accountId}/${queue}`, attributes };
  },
  'AWS::DynamoDB::Table': (name, place) =>
    named(name('TableName'), arn(place, 'dynamodb', `table/${name('TableName')}`)),
  'AWS::Lambda::Function': (name, place) =>
    named(name('FunctionName'), arn(place, 'lambda', `function:${name('FunctionName')}`)),
  'AWS::CloudFront::Distribution': (_name, _place, id) => ({
    ref: id,
    attributes: { DomainName: `${id.toLowerCase()}.cloudfront.invalid` },
  }),
  'AWS::CloudFront::Function': (_name, { accountId }, id) => ({
    ref: id,
    attributes: { FunctionARN: `arn:aws:cloudfront::${accountId}:function/${id}` },
  }),
  'AWS::KMS::Key': (_name, place, id) => named(id, arn(place, 'kms', `key/${id}`)),
  'AWS::Logs::LogGroup': (name, place) =>
    named(name('LogGroupName'), arn(place, 'logs', `log-group:${name('LogGroupName')}:*`)),
  'AWS::Events::Rule': (name, place) => named(name('Name'), arn(place, 'events', `rule/${name('Name')}`)),
  'AWS::IAM::Role': (name, { accountId }) =>
    named(name('RoleName'), `arn:aws:iam::${accountId}:role/${name('RoleName')}`),
  // The end of a secret's ARN is made up: https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
  'AWS::SecretsManager::Secret': (name, place) => ({
    ref: arn(place, 'secretsmanager', `secret:${name('Name')}-MadeUp`),
    attributes: {},
  }),
  'AWS::ApiGatewayV2::Api': (_name, _place, id) => ({
    ref: id,
    attributes: { ApiEndpoint: `http://${id}.invalid` },
  }),
};

/** How others call a resource. A type without a row is called by its logical id. */
export function identify(
  logicalId: string,
  resource: Resource,
  place: Place,
  resolve: (value: unknown) => unknown,
): Identity {
  const name = (property: string): string => String(resolve(resource.properties[property]) ?? logicalId);
  return IDENTITIES[resource.type]?.(name, place, logicalId) ?? { ref: logicalId, attributes: {} };
}

function named(name: string, ofName: string): Identity {
  return { ref: name, attributes: { Arn: ofName } };
}

function arn({ region, accountId }: Place, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}
