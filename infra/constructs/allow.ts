import { Aws, Stack, Validations } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** Allows exactly these actions. CDK's own grants carry wildcards, such as `s3:GetObject*`. */
export function allow(grantee: IGrantable, actions: readonly string[], ...resources: string[]): void {
  const statement = new PolicyStatement({ actions: [...actions], resources });
  grantee.grantPrincipal.addToPrincipalPolicy(statement);
}

/** Allows exactly these actions on the objects of one bucket whose keys begin with `prefix`. */
export function allowOnKeys(
  grantee: IGrantable,
  actions: readonly string[],
  { bucketName, prefix = '' }: { readonly bucketName: string; readonly prefix?: string },
): void {
  const resource = `arn:${Aws.PARTITION}:s3:::${bucketName}/${prefix}*`;
  allow(grantee, actions, resource);
  const { grantPrincipal } = grantee;
  if (!Construct.isConstruct(grantPrincipal)) return;
  Validations.of(grantPrincipal).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${flat(Stack.of(grantPrincipal).resolve(resource))}]`,
    reason:
      'People name the objects: there is no list of keys to grant. The bucket and the actions are named; test/infra/permissions.test.ts proves it.',
  });
}

/** A resource as cdk-nag writes it: `arn:<AWS::Partition>:s3:::…`. */
function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::Join': join } = value as { Ref?: string; 'Fn::Join'?: [string, readonly unknown[]] };
  return join ? join[1].map(flat).join(join[0]) : `<${Ref}>`;
}
