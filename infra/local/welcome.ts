import { relative } from 'node:path';
import type { Runtime } from './runtime.ts';

/** What is printed once everything runs: the line that programs wait for, then lines to copy. None holds a secret, but for the first start on a terminal. */
export function welcome(
  { apiUrl, awsUrl, home, topology }: Runtime,
  { isTerminal }: { readonly isTerminal: boolean },
): string {
  const basePath = topology.functions[0]?.environment.BASE_PATH ?? '';
  const [input, output] = ['INPUT_BUCKET', 'OUTPUT_BUCKET'].map(
    (name) => topology.functions[0]?.environment[name] ?? '',
  );
  const folder = relative(process.cwd(), home.path) || '.';
  const aws = `AWS_SHARED_CREDENTIALS_FILE=${folder}/credentials aws --region us-east-1 --endpoint-url ${awsUrl}`;
  const curl = `curl --netrc-file ${folder}/netrc`;
  const password =
    home.isNew && isTerminal
      ? [`  user ${home.user}, password ${home.password} (told this once; kept in ${folder}/)`]
      : [];
  return [
    `ready ${apiUrl}${basePath}  S3 ${awsUrl}  buckets ${input} -> ${output}  state ${folder}`,
    ...password,
    'Put a picture in, and fetch its negative:',
    `  ${aws} s3 cp photo.jpg s3://${input}/`,
    `  ${aws} s3 cp s3://${output}/negated_photo.jpg .`,
    'or over HTTP:',
    `  ${curl} -T photo.jpg ${apiUrl}${basePath}/images/photo.jpg`,
    `  ${curl} -OJ ${apiUrl}${basePath}/images/download/negated_photo.jpg`,
    `  ${curl} '${apiUrl}${basePath}/events?image=photo.jpg'`,
  ].join('\n');
}
