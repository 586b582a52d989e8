import type { Answer } from '../answer.ts';
import { acceptLifecycle, acceptNotifications } from './accept-settings.ts';
import { readXmlBody, xmlAnswer } from './answers.ts';
import { getBucketPolicy, getBucketPolicyStatus, putBucketPolicy } from './bucket-policy.ts';
import type { Operation, S3Call, S3Context } from './call.ts';
import { s3Error } from './errors.ts';
import type { OperationRow } from './find-operation.ts';
import { FIXED_SETTINGS, fixedSetting } from './fixed-settings.ts';
import type { AfterCommit } from './notify.ts';
import {
  isSettingName,
  type KeptName,
  keepSetting,
  parseSetting,
  readSetting,
  SETTINGS,
  type Setting,
  type SettingContent,
  type SettingName,
} from './settings.ts';
import { findBucket } from './versions.ts';

/** Settings that want more than to be kept. */
const PUTS: Partial<Record<SettingName, Operation>> = {
  lifecycle: putSetting('lifecycle', acceptLifecycle),
  notification: putSetting('notification', acceptNotifications),
};

type Row = readonly [name: string, method: OperationRow['method'], run: Operation];

/** What can be done with what a bucket is told, one sub-resource a setting. */
export const SETTING_OPERATIONS: readonly OperationRow[] = [
  ...rowsOf('policy', [
    ['GetBucketPolicy', 'GET', getBucketPolicy],
    ['PutBucketPolicy', 'PUT', putBucketPolicy],
    ['DeleteBucketPolicy', 'DELETE', removeSetting('policy')],
  ]),
  ...rowsOf('policyStatus', [['GetBucketPolicyStatus', 'GET', getBucketPolicyStatus]]),
  ...Object.keys(SETTINGS).filter(isSettingName).flatMap(settingRows),
  ...Object.entries(FIXED_SETTINGS).flatMap(([parameter, fixed]) =>
    rowsOf(parameter, [[fixed.get, 'GET', fixedSetting(fixed)]]),
  ),
];

function rowsOf(parameter: string, rows: readonly Row[]): readonly OperationRow[] {
  return rows.map(([name, method, run]) => ({ name, method, on: 'bucket', needs: [parameter], run }));
}

function settingRows(parameter: SettingName): readonly OperationRow[] {
  const { get, put, remove }: Setting = SETTINGS[parameter];
  const rows: Row[] = [
    [get, 'GET', getSetting(parameter)],
    [put, 'PUT', PUTS[parameter] ?? putSetting(parameter)],
  ];
  const removal: Row[] = remove === undefined ? [] : [[remove, 'DELETE', removeSetting(parameter)]];
  return rowsOf(parameter, [...rows, ...removal]);
}

function getSetting(name: SettingName): Operation {
  const { root, unset }: Setting = SETTINGS[name];
  return ({ db }, { bucket }) => {
    findBucket(db, bucket);
    const content = readSetting<SettingContent>(db, bucket, name) ?? unset;
    if (typeof content !== 'string') return xmlAnswer(root, content);
    throw s3Error(content, undefined, { detail: { BucketName: bucket } });
  };
}

/** What else is to be done when a setting is put: returns what is kept of it, or throws. */
type Accept<T> = (s3: S3Context, call: S3Call, content: T, afterCommit: AfterCommit) => T;

function putSetting<T>(name: SettingName, accept: Accept<T> = (_s3, _call, content) => content): Operation {
  const { root, putStatus }: Setting = SETTINGS[name];
  return async (s3, call): Promise<Answer> => {
    const document = await readXmlBody(call);
    s3.db.transaction((afterCommit) => {
      findBucket(s3.db, call.bucket);
      const given = parseSetting(name, Object(document)[root]) as T;
      keepSetting(s3.db, call.bucket, { name, content: accept(s3, call, given, afterCommit) });
    });
    return { status: putStatus ?? 200 };
  };
}

function removeSetting(name: KeptName): Operation {
  return ({ db }, { bucket }) => {
    findBucket(db, bucket);
    db.run('DELETE FROM setting WHERE bucket = ? AND name = ?', bucket, name);
    return { status: 204 };
  };
}
