import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { nameOf, type Settings } from '../settings.ts';
import { allow } from './allow.ts';
import { keptData } from './kept-data.ts';

/** Credentials of the first user, an admin: a secret with a made-up password on AWS, a file of the state folder on one machine. */
export class FirstUser extends Construct {
  /** What the functions' setting SECRET holds: `arn:…` or `file:…`. */
  readonly location: string;
  private readonly secret: Secret | undefined;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.secret = settings.target === 'aws' ? createSecret(this, settings) : undefined;
    this.location = this.secret?.secretArn ?? `file:${join(settings.home, 'secret.json')}`;
  }

  grantRead(grantee: IGrantable): void {
    if (this.secret) allow(grantee, ['secretsmanager:GetSecretValue'], this.secret.secretArn);
  }
}

function createSecret(scope: Construct, settings: Settings): Secret {
  const secret = new Secret(scope, 'Secret', {
    secretName: nameOf(settings, 'first-user'),
    generateSecretString: {
      secretStringTemplate: JSON.stringify({ user: 'darkroom' }),
      generateStringKey: 'password',
      // It travels in netrc files, headers and shells.
      excludePunctuation: true,
      passwordLength: 32,
    },
    ...keptData(settings),
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason:
      'People and scripts hold this password: a change that nobody asked for would lock them out. docs/operations.md says how to rotate it.',
  });
  return secret;
}
