import { join } from 'node:path';
import { RemovalPolicy } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { nameOf, type Settings } from '../settings.ts';
import { allow } from './allow.ts';

/**
 * The key that signs URLs: a secret with a made-up value on AWS, a file of the state folder on one machine. A new value of the secret is a
 * rotation: the one before it still counts for the URLs that it signed.
 */
export class SigningKey extends Construct {
  /** What the functions' setting SIGNING_SECRET holds: `arn:…` or `file:…`. */
  readonly location: string;
  private readonly secret: Secret | undefined;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.secret =
      settings.target === 'aws'
        ? new Secret(this, 'Secret', {
            secretName: nameOf(settings, 'signing-key'),
            generateSecretString: { excludePunctuation: true, passwordLength: 64 },
            removalPolicy: RemovalPolicy.RETAIN,
          })
        : undefined;
    this.location = this.secret?.secretArn ?? `file:${join(settings.home, 'signing-key')}`;
  }

  grantRead(grantee: IGrantable): void {
    if (this.secret) allow(grantee, ['secretsmanager:GetSecretValue'], this.secret.secretArn);
  }
}
