import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** Allows exactly these actions. CDK's own grants carry wildcards, such as `s3:GetObject*`. */
export function allow(grantee: IGrantable, actions: readonly string[], ...resources: string[]): void {
  const statement = new PolicyStatement({ actions: [...actions], resources });
  grantee.grantPrincipal.addToPrincipalPolicy(statement);
}
