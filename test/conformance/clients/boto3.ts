/** A program of Python that takes an endpoint, a bucket, and one of the words of `Client` with what it needs. */
export const BOTO3 = `
import os, sys
import boto3
from botocore.config import Config

endpoint, bucket, word, *rest = sys.argv[1:]
s3 = boto3.client('s3', endpoint_url=endpoint, config=Config(signature_version='s3v4'))

def keys(prefix):
    for page in s3.get_paginator('list_objects_v2').paginate(Bucket=bucket, Prefix=prefix):
        yield from (one['Key'] for one in page.get('Contents', []))

def upload(folder, prefix):
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            s3.upload_file(path, bucket, prefix + '/' + os.path.relpath(path, folder))

def download(prefix, folder):
    for key in keys(prefix + '/'):
        path = os.path.join(folder, key[len(prefix) + 1:])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        s3.download_file(bucket, key, path)

words = {
    'put': lambda file, key: s3.upload_file(file, bucket, key),
    'get': lambda key, file: s3.download_file(bucket, key, file),
    'upload': upload,
    'download': download,
    'list': lambda prefix: print('\\n'.join(keys(prefix))),
    'presign': lambda key: print(s3.generate_presigned_url('get_object', Params={'Bucket': bucket, 'Key': key})),
    'remove': lambda key: s3.delete_object(Bucket=bucket, Key=key),
    'remove-all': lambda prefix: s3.delete_objects(Bucket=bucket, Delete={'Objects': [{'Key': key} for key in keys(prefix)]}),
}
words[word](*rest)
`;
