import { relative } from 'node:path';
import type { Runtime } from './runtime.ts';

type Started = Pick<Runtime, 'apiUrl' | 'awsUrl' | 'home' | 'config'>;

/**
 * What is printed once everything runs: the line that programs wait for, then lines to copy. None holds a secret; the password that
 * this start made is told once, and only to a terminal.
 */
export function welcome(
  { apiUrl, awsUrl, home, config }: Started,
  { isTerminal }: { readonly isTerminal: boolean },
): string {
  const { inputBucket, outputBucket } = config;
  const folder = shortest(home.path);
  const aws = `AWS_SHARED_CREDENTIALS_FILE=${folder}/credentials aws --endpoint-url ${awsUrl}`;
  const curl = `curl --netrc-file ${folder}/netrc`;
  const password = `User ${home.user}, password ${home.password} (told this once; it stays in ${folder}/secret.json)`;
  return [
    `ready ${apiUrl} · S3 ${awsUrl} · ${inputBucket} -> ${outputBucket} · state in ${folder}`,
    ...(home.isNew && isTerminal ? [password] : []),
    'Put a picture in, and fetch its negative, as an S3 client:',
    `  ${aws} s3 cp photo.jpg s3://${inputBucket}/`,
    `  ${aws} s3api wait object-exists --bucket ${outputBucket} --key negated_photo.jpg`,
    `  ${aws} s3 cp s3://${outputBucket}/negated_photo.jpg .`,
    'or over HTTP:',
    `  ${curl} -T photo.jpg ${apiUrl}/images/photo.jpg`,
    `  ${curl} -fLO --retry 5 --retry-all-errors ${apiUrl}/images/download/negated_photo.jpg`,
    'and see what happened:',
    `  ${curl} '${apiUrl}/events?image=photo.jpg'`,
  ].join('\n');
}

/** As one would type it from here. */
function shortest(path: string): string {
  const fromHere = relative(process.cwd(), path) || '.';
  return fromHere.length < path.length ? fromHere : path;
}
