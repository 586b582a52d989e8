import { Skipped } from '../case.ts';
import { BOTO3 } from './boto3.ts';
import type { Client, Place } from './program.ts';

/** Each client with the words it has for what every client does. */
export const CLIENTS: Readonly<Record<string, (place: Place) => Client>> = {
  'aws-cli': awsCli,
  s3cmd,
  rclone,
  boto3,
};

function awsCli({ target, bucket, run }: Place): Client {
  const s3 = (...parameters: string[]) =>
    run('aws', ['--endpoint-url', target.endpoint, 's3', ...parameters]);
  const url = (key: string) => `s3://${bucket}/${key}`;
  return {
    put: (file, key) => s3('cp', '--quiet', file, url(key)),
    get: (key, file) => s3('cp', '--quiet', url(key), file),
    upload: (folder, prefix) => s3('sync', '--quiet', folder, url(prefix)),
    download: (prefix, folder) => s3('sync', '--quiet', url(prefix), folder),
    list: (prefix) => s3('ls', '--recursive', url(prefix)),
    presign: (key) => s3('presign', url(key)),
    remove: (key) => s3('rm', '--quiet', url(key)),
    removeAll: (prefix) => s3('rm', '--quiet', '--recursive', url(prefix)),
  };
}

function s3cmd({ target, bucket, run }: Place): Client {
  const { host } = new URL(target.endpoint);
  const settings = [
    ...['--config=/dev/null', `--access_key=${target.accessKeyId}`, `--secret_key=${target.secretAccessKey}`],
    ...['--no-ssl', `--host=${host}`, `--host-bucket=${host}`, `--region=${target.region}`, '--no-progress'],
  ];
  const s3 = (...parameters: string[]) => run('s3cmd', [...settings, ...parameters]);
  const url = (key: string) => `s3://${bucket}/${key}`;
  return {
    put: (file, key) => s3('put', file, url(key)),
    get: (key, file) => s3('get', '--force', url(key), file),
    upload: (folder, prefix) => s3('sync', `${folder}/`, `${url(prefix)}/`),
    download: (prefix, folder) => s3('sync', `${url(prefix)}/`, `${folder}/`),
    list: (prefix) => s3('ls', '--recursive', url(prefix)),
    presign: async () => {
      throw new Skipped('s3cmd signs URLs with version 2, which S3 takes for no bucket that is new');
    },
    remove: (key) => s3('del', url(key)),
    removeAll: (prefix) => s3('del', '--recursive', '--force', url(prefix)),
  };
}

function rclone({ target, bucket, run }: Place): Client {
  const settings = [
    ...['--config=/dev/null', '--s3-provider=Other', '--s3-env-auth', `--s3-region=${target.region}`],
    ...[`--s3-endpoint=${target.endpoint}`, '--s3-chunk-size=5Mi', '--s3-upload-cutoff=5Mi'],
  ];
  const call = (...parameters: string[]) => run('rclone', [...settings, ...parameters]);
  const path = (key: string) => `:s3:${bucket}/${key}`;
  return {
    put: (file, key) => call('copyto', file, path(key)),
    get: (key, file) => call('copyto', path(key), file),
    upload: (folder, prefix) => call('sync', folder, path(prefix)),
    download: (prefix, folder) => call('sync', path(prefix), folder),
    list: (prefix) => call('lsf', '--recursive', path(prefix)),
    presign: (key) => call('link', '--expire', '5m', path(key)),
    remove: (key) => call('deletefile', path(key)),
    removeAll: (prefix) => call('delete', path(prefix)),
  };
}

function boto3({ target, bucket, run }: Place): Client {
  const call = async (...parameters: string[]): Promise<string> => {
    try {
      return await run('python3', ['-c', BOTO3, target.endpoint, bucket, ...parameters]);
    } catch (error) {
      if (String(error).includes("No module named 'boto3'")) throw new Skipped('boto3 is not installed');
      throw error;
    }
  };
  return {
    put: (file, key) => call('put', file, key),
    get: (key, file) => call('get', key, file),
    upload: (folder, prefix) => call('upload', folder, prefix),
    download: (prefix, folder) => call('download', prefix, folder),
    list: (prefix) => call('list', prefix),
    presign: (key) => call('presign', key),
    remove: (key) => call('remove', key),
    removeAll: (prefix) => call('remove-all', prefix),
  };
}
