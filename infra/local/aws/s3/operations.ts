import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  getBucketVersioning,
  headBucket,
  listBuckets,
  putBucketVersioning,
} from './buckets.ts';
import type { Operation } from './call.ts';
import { completeMultipartUpload } from './complete-multipart.ts';
import { copyObject } from './copy-object.ts';
import { deleteObject, deleteObjects } from './delete-object.ts';
import type { OperationRow } from './find-operation.ts';
import { getObject } from './get-object.ts';
import { listMultipartUploads, listParts } from './list-multipart.ts';
import { listObjects, listObjectsV2 } from './list-objects.ts';
import { listObjectVersions } from './list-versions.ts';
import { abortMultipartUpload, createMultipartUpload, uploadPart, uploadPartCopy } from './multipart.ts';
import { putObject } from './put-object.ts';
import { ABSENT_SETTINGS, absentSetting, getAcl, USUAL_SETTINGS, usualSetting } from './settings.ts';

const LIST = ['prefix', 'delimiter', 'encoding-type'];
const OVERRIDES = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];
const READ = ['versionId', 'partNumber', ...OVERRIDES.map((name) => `response-${name}`)];

/** What our S3 does, one row an operation. */
export const OPERATIONS: readonly OperationRow[] = [
  { name: 'ListBuckets', method: 'GET', on: 'service', takes: ['max-buckets', 'prefix'], run: listBuckets },

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
  ...Object.entries(ABSENT_SETTINGS).map(([needs, code]) => setting(needs, absentSetting(code))),
  ...Object.entries(USUAL_SETTINGS).map(([needs, content]) => setting(needs, usualSetting(content))),

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

  { name: 'PutObject', method: 'PUT', on: 'object', run: putObject },
  { name: 'CopyObject', method: 'PUT', on: 'object', copies: true, run: copyObject },
  { name: 'GetObject', method: 'GET', on: 'object', takes: READ, run: getObject },
  { name: 'HeadObject', method: 'HEAD', on: 'object', takes: READ, run: getObject },
  { name: 'DeleteObject', method: 'DELETE', on: 'object', takes: ['versionId'], run: deleteObject },
  { name: 'GetObjectAcl', method: 'GET', on: 'object', needs: ['acl'], takes: ['versionId'], run: getAcl },

  {
    name: 'CreateMultipartUpload',
    method: 'POST',
    on: 'object',
    needs: ['uploads'],
    run: createMultipartUpload,
  },
  { name: 'UploadPart', method: 'PUT', on: 'object', needs: ['partNumber', 'uploadId'], run: uploadPart },
  {
    name: 'UploadPartCopy',
    method: 'PUT',
    on: 'object',
    needs: ['partNumber', 'uploadId'],
    copies: true,
    run: uploadPartCopy,
  },
  {
    name: 'ListParts',
    method: 'GET',
    on: 'object',
    needs: ['uploadId'],
    takes: ['max-parts', 'part-number-marker'],
    run: listParts,
  },
  {
    name: 'CompleteMultipartUpload',
    method: 'POST',
    on: 'object',
    needs: ['uploadId'],
    run: completeMultipartUpload,
  },
  {
    name: 'AbortMultipartUpload',
    method: 'DELETE',
    on: 'object',
    needs: ['uploadId'],
    run: abortMultipartUpload,
  },
];

function setting(needs: string, run: Operation): OperationRow {
  const name = `GetBucket${needs.charAt(0).toUpperCase()}${needs.slice(1)}`;
  return { name, method: 'GET', on: 'bucket', needs: [needs], run };
}
