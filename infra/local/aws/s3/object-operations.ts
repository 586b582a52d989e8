import { getAcl } from './acl.ts';
import { CONTENT_HEADERS } from './attributes.ts';
import { completeMultipartUpload } from './complete-multipart.ts';
import { copyObject } from './copy-object.ts';
import { deleteObject } from './delete-object.ts';
import type { OperationRow } from './find-operation.ts';
import { getObject } from './get-object.ts';
import { getObjectAttributes } from './get-object-attributes.ts';
import { listParts } from './list-multipart.ts';
import { abortMultipartUpload, createMultipartUpload, uploadPart, uploadPartCopy } from './multipart.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object-tagging.ts';
import { putObject } from './put-object.ts';

const READ = ['versionId', 'partNumber', ...CONTENT_HEADERS.map((name) => `response-${name}`)];

const TAGGING = { on: 'object', needs: ['tagging'], takes: ['versionId'] } as const;

/** What can be done with one object, and with the parts that it is to come in. */
export const OBJECT_OPERATIONS: readonly OperationRow[] = [
  { name: 'PutObject', method: 'PUT', on: 'object', run: putObject },
  { name: 'CopyObject', method: 'PUT', on: 'object', copies: true, run: copyObject },
  { name: 'GetObject', method: 'GET', on: 'object', takes: READ, run: getObject },
  { name: 'HeadObject', method: 'HEAD', on: 'object', takes: READ, run: getObject },
  { name: 'DeleteObject', method: 'DELETE', on: 'object', takes: ['versionId'], run: deleteObject },
  {
    name: 'GetObjectAttributes',
    method: 'GET',
    on: 'object',
    needs: ['attributes'],
    takes: ['versionId'],
    run: getObjectAttributes,
  },
  { ...TAGGING, name: 'GetObjectTagging', method: 'GET', run: getObjectTagging },
  { ...TAGGING, name: 'PutObjectTagging', method: 'PUT', run: putObjectTagging },
  { ...TAGGING, name: 'DeleteObjectTagging', method: 'DELETE', run: deleteObjectTagging },
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
