import * as z from 'zod/mini';
import { among, flag, type Setting, text } from './setting-values.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
];

/** What a deployment may choose of how it is watched, told of and looked at from outside. One row a setting. */
export const OPERATION = {
  logRetentionDays: {
    means: 'Days for which log lines and access logs are kept',
    takes: z._default(among(...LOG_DAYS), 30),
  },
  alarmTarget: {
    means: 'Who is told of alarms: an e-mail address, or the ARN of an SNS topic',
    takes: z.optional(
      text(
        /^([^@\s]+@[^@\s]+\.[^@\s]+|arn:aws[\w-]*:sns:\S+)$/,
        'an e-mail address or the ARN of an SNS topic',
      ),
    ),
    otherwise: 'nobody: alarms show in CloudWatch alone',
  },
  dashboard: { means: 'A CloudWatch dashboard, $3 a month', takes: z._default(flag(), true) },
  eventBus: {
    means: 'Name of the EventBridge bus that is told of builds which ended; default is the account’s own',
    takes: z._default(text(/^[\w./-]{1,256}$/, 'the name of an event bus'), 'default'),
  },
  cdn: {
    means: 'CloudFront in front of signed URLs: docs/decisions has what it gives and what it does not',
    takes: z._default(flag(), false),
  },
  cdnDomain: {
    means: 'Domain of one’s own for it, such as images.example.com; its DNS is one’s own matter too',
    takes: z.optional(text(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'a domain such as images.example.com')),
    otherwise: 'the one that CloudFront makes up',
  },
  cdnCertificateArn: {
    means: 'Certificate for that domain, in us-east-1 as CloudFront wants it',
    takes: z.optional(
      text(/^arn:aws[\w-]*:acm:us-east-1:\d{12}:certificate\/\S+$/, 'the ARN of a certificate in us-east-1'),
    ),
    otherwise: 'none',
  },
} as const satisfies Record<string, Setting>;
