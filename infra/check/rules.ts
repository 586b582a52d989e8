import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Said } from '../settings.ts';

/**
 * Has cdk-nag's AwsSolutions pack look at an app when it is synthesized, beside CDK's own rules (`validateAgainstDefaultRules` in
 * cdk.json). What either finds makes the synthesis throw; what was acknowledged stands with its reason where the resource is made.
 */
export function addRules(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}

/** Each option on: a deployment with all resources that there can be. */
export const ALL_ON: Said = {
  alarmTarget: 'operators@example.com',
  corsOrigins: 'https://pictures.example.com',
  deleteInput: true,
  ...{ processReserved: 10, renderReserved: 10, apiReserved: 10 },
  cdn: true,
  cdnDomain: 'images.example.com',
  cdnCertificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000',
};
