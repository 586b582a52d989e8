import { getAcl } from './acl.ts';
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  getBucketVersioning,
  headBucket,
  listBuckets,
  putBucketVersioning,
} from './buckets.ts';
import { deleteObjects } from './delete-objects.ts';
import type { OperationRow } from './find-operation.ts';
import { listMultipartUploads } from './list-multipart.ts';
import { listObjects, listObjectsV2 } from './list-objects.ts';
import { listObjectVersions } from './list-versions.ts';
import { OBJECT_OPERATIONS } from './object-operations.ts';
import { SETTING_OPERATIONS } from './setting-operations.ts';

const LIST = ['prefix', 'delimiter', 'encoding-type'];

/** What our S3 does, one row an operation. */
export const OPERATIONS: readonly OperationRow[] = [
  {
    name: 'ListBuckets',
    method: 'GET',
    on: 'service',
    takes: ['max-buckets', 'prefix', 'continuation-token', 'bucket-region'],
    run: listBuckets,
  },

  { name: 'CreateBucket', method: 'PUT', on: 'bucket', run: createBucket },
  { name: 'HeadBucket', method: 'HEAD', on: 'bucket', run: headBucket },
  { name: 'DeleteBucket', method: 'DELETE', on: 'bucket', run: deleteBucket },
  { name: 'GetBucketLocation', method: 'GET', on: 'bucket', needs: ['location'], run: getBucketLocation },
  {
    name: 'GetBucketVersioning',
    method: 'GET',
    on: 'bucket',
    needs: ['versioning'],
    run: getBucketVersioning,
  },
  {
    name: 'PutBucketVersioning',
    method: 'PUT',
    on: 'bucket',
    needs: ['versioning'],
    run: putBucketVersioning,
  },
  { name: 'GetBucketAcl', method: 'GET', on: 'bucket', needs: ['acl'], run: getAcl },
  ...SETTING_OPERATIONS,

  {
    name: 'ListObjectsV2',
    method: 'GET',
    on: 'bucket',
    needs: ['list-type'],
    takes: [...LIST, 'max-keys', 'continuation-token', 'start-after', 'fetch-owner'],
    run: listObjectsV2,
  },
  {
    name: 'ListObjects',
    method: 'GET',
    on: 'bucket',
    takes: [...LIST, 'max-keys', 'marker'],
    run: listObjects,
  },
  {
    name: 'ListObjectVersions',
    method: 'GET',
    on: 'bucket',
    needs: ['versions'],
    takes: [...LIST, 'max-keys', 'key-marker', 'version-id-marker'],
    run: listObjectVersions,
  },
  {
    name: 'ListMultipartUploads',
    method: 'GET',
    on: 'bucket',
    needs: ['uploads'],
    takes: [...LIST, 'max-uploads', 'key-marker', 'upload-id-marker'],
    run: listMultipartUploads,
  },
  { name: 'DeleteObjects', method: 'POST', on: 'bucket', needs: ['delete'], run: deleteObjects },

  ...OBJECT_OPERATIONS,
];
