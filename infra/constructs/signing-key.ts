import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { nameOf, type Settings } from '../settings.ts';
import { allow } from './allow.ts';
import { keptData } from './kept-data.ts';

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
    this.secret = settings.target === 'aws' ? createSecret(this, settings) : undefined;
    this.location = this.secret?.secretArn ?? `file:${join(settings.home, 'signing-key')}`;
  }

  grantRead(grantee: IGrantable): void {
    if (this.secret) allow(grantee, ['secretsmanager:GetSecretValue'], this.secret.secretArn);
  }
}

function createSecret(scope: Construct, settings: Settings): Secret {
  const secret = new Secret(scope, 'Secret', {
    secretName: nameOf(settings, 'signing-key'),
    generateSecretString: { excludePunctuation: true, passwordLength: 64 },
    ...keptData(settings),
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason:
      'Two rotations within the life of a URL end it early: an operator who knows what is out there chooses when. docs/operations.md says how.',
  });
  return secret;
}
