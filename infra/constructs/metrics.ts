import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { nameOf, type Settings } from '../settings.ts';

export const MINUTE = Duration.minutes(1);

/** A metric of a function: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
export function ofFunction(settings: Settings, name: string, metricName: string, statistic = 'Sum'): Metric {
  const dimensionsMap = { FunctionName: nameOf(settings, name) };
  return new Metric({
    namespace: 'AWS/Lambda',
    metricName,
    dimensionsMap,
    statistic,
    period: MINUTE,
  });
}

/** A metric of a queue: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
export function ofQueue(settings: Settings, name: string, metricName: string): Metric {
  const dimensionsMap = { QueueName: nameOf(settings, name) };
  return new Metric({
    ...{ namespace: 'AWS/SQS', metricName, dimensionsMap, statistic: 'Maximum', period: MINUTE },
  });
}

/** A metric of the gateway: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html */
export function ofGateway(apiId: string, metricName: string, statistic = 'Sum'): Metric {
  return new Metric({
    ...{
      namespace: 'AWS/ApiGateway',
      metricName,
      dimensionsMap: { ApiId: apiId },
      statistic,
      period: MINUTE,
    },
  });
}

/** What the functions say of themselves. */
export function ofDarkroom({ stage }: Settings, metricName: string, statistic: string): Metric {
  return new Metric({
    ...{
      namespace: 'Darkroom',
      metricName,
      dimensionsMap: { stage },
      statistic,
      period: Duration.minutes(5),
    },
  });
}
