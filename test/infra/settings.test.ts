import { isAbsolute } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explainSettings, printSettings } from '../../infra/config.ts';
import { SETTINGS } from '../../infra/setting-table.ts';
import { nameOf, readSettings } from '../../infra/settings.ts';
import { STAGES } from '../../infra/stages.ts';

describe('the settings', () => {
  it('all have a default, so that a deployment needs none', () => {
    expect(readSettings({})).toMatchObject({
      target: 'aws',
      stage: 'prod',
      arch: 'arm64',
      basePath: '',
      deleteInput: false,
      maxSourceBytes: 134_217_728,
    });
    expect(isAbsolute(readSettings({}).home)).toBe(true);
  });

  it('are taken as the command line gives them, in text, and as JSON gives them', () => {
    const asText = readSettings({ deleteInput: 'true', maxConcurrency: '7', maxSourceBytes: '1000' });
    const asJson = readSettings({ deleteInput: true, maxConcurrency: 7, maxSourceBytes: 1000 });
    expect(asText).toEqual(asJson);
    expect(asText).toMatchObject({ deleteInput: true, maxConcurrency: 7, maxSourceBytes: 1000 });
  });

  it.each([
    ['target', 'gcp', 'aws or here'],
    ['arch', 'mips', 'arm64 or x64'],
    ['commit', 'HEAD', '7 to 40 hexadecimal digits'],
    ['region', 'Frankfurt', 'an AWS region such as us-east-1'],
    ['accountId', '12', 'twelve digits'],
    ['inputBucket', 'Bad.Name', 'a bucket name'],
    ['basePath', 'no-slash', 'a path such as /image_creation'],
    ['basePath', '/', 'a path such as /image_creation'],
    ['publicUrl', 'pictures.example.com', 'a URL such as https://'],
    ['publicUrl', 'https://pictures.example.com/', 'a URL such as https://'],
    ['deleteInput', 'perhaps', 'true or false'],
    ['maxSourceBytes', '1e9', 'a whole number from 1 to 1073741824'],
    ['maxConcurrency', '1', 'a whole number from 2 to 1000'],
    ['renderTimeoutSeconds', '30', 'a whole number from 1 to 29'],
    ['processMemoryMb', '', 'a whole number from 128 to 10240'],
    ['logRetentionDays', '31', 'one of 1, 3, 5, 7, 14, 30, '],
    ['alarmTarget', 'me', 'an e-mail address or the ARN of an SNS topic'],
    ['corsOrigins', 'https://a.example,*', 'origins such as https://pictures.example.com'],
    ['cdnCertificateArn', 'arn:aws:acm:eu-west-1:111122223333:certificate/x', 'in us-east-1'],
    ['removalPolicy', 'snapshot', 'retain or destroy'],
  ])('%s=%s is refused, with what it takes', (key, value, takes) => {
    expect(() => readSettings({ [key]: value })).toThrow(`${key}=${value}: it takes `);
    expect(() => readSettings({ [key]: value })).toThrow(takes);
  });

  it.each([
    ['basepath', 'basePath'],
    ['regoin', 'region'],
    ['procesMemory', 'processMemoryMb'],
    ['log-retention', 'logRetentionDays'],
  ])('that nobody knows are refused with the nearest that there is: %s is %s', (wrong, right) => {
    const key = wrong.replaceAll('-', '');
    expect(() => readSettings({ [key]: '1' })).toThrow(
      `${key}: no such setting; did you mean ${right}? There are target, `,
    );
  });

  it('that are wrong are all told at once', () => {
    expect(() => readSettings({ arch: 'mips', basepath: '/x', target: 'gcp' })).toThrow(
      /basepath: .*\n(target=gcp: .*\narch=mips|arch=mips: .*\ntarget=gcp): /,
    );
  });

  it('leave alone what belongs to CDK', () => {
    expect(() =>
      readSettings({ 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:newFlag': true }),
    ).not.toThrow();
  });
});

describe('uploads processed at once', () => {
  it('are ten on AWS, whatever machine deploys', () => {
    expect(readSettings({ target: 'aws' }, { processors: 64 }).maxConcurrency).toBe(10);
  });

  it.each([
    [1, 2],
    [2, 2],
    [16, 16],
  ])('on one machine with %i processors are %i', (processors, atOnce) => {
    expect(readSettings({ target: 'here' }, { processors }).maxConcurrency).toBe(atOnce);
  });

  it('are what was asked for, where something was', () => {
    expect(readSettings({ target: 'here', maxConcurrency: '5' }, { processors: 16 }).maxConcurrency).toBe(5);
  });
});

it('a name holds the stage, but for that of production', () => {
  expect(nameOf({ stage: 'prod' }, 'work')).toBe('darkroom-work');
  expect(nameOf({ stage: 'test' }, 'work')).toBe('darkroom-test-work');
});

describe('a stage', () => {
  const stages = { prod: { oldVersionDays: 60 }, test: { removalPolicy: 'destroy' } } as const;

  it('has its row of the file over the defaults, and below what the command line says', () => {
    expect(readSettings({}, { stages }).oldVersionDays).toBe(60);
    expect(readSettings({ oldVersionDays: '3' }, { stages }).oldVersionDays).toBe(3);
    expect(readSettings({ stage: 'test' }, { stages })).toMatchObject({
      oldVersionDays: 30,
      removalPolicy: 'destroy',
    });
  });

  it('that the file has not is refused with the nearest: a slip would be a deployment of its own', () => {
    expect(() => readSettings({ stage: 'prdo' }, { stages })).toThrow(
      'stage=prdo: infra/stages.ts has prod, test; did you mean prod?',
    );
  });

  it('is none of this machine’s, which takes the defaults', () => {
    expect(readSettings({ target: 'here' }, { stages }).oldVersionDays).toBe(30);
  });

  it.each(Object.keys(STAGES))('%s is one that can be deployed', (stage) => {
    expect(readSettings({ stage }).stage).toBe(stage);
  });
});

it.each([
  [{ removalPolicy: 'destroy' }, 'prod keeps its data'],
  [{ processReserved: '5', maxConcurrency: '6' }, 'processReserved is below maxConcurrency'],
  [{ cdn: 'true', cdnDomain: 'images.example.com' }, 'cdnDomain and cdnCertificateArn come together'],
])('%o is right by parts, and refused as a whole', (said, told) => {
  expect(() => readSettings(said)).toThrow(told);
});

describe('npm run config', () => {
  it('tells of every setting what it means, its value, its default, and who said it', () => {
    const all = explainSettings({ target: 'here', deleteInput: 'true' }, { MAX_CONCURRENCY: '7' });
    expect(all.map(({ key }) => key)).toEqual(Object.keys(SETTINGS));
    expect(all.filter(({ origin }) => origin !== 'default')).toMatchObject([
      { key: 'target', value: 'here', usual: 'aws', origin: '-c' },
      { key: 'deleteInput', value: true, usual: 'false', origin: '-c' },
      { key: 'maxConcurrency', value: 7, origin: 'MAX_CONCURRENCY' },
    ]);
  });

  it('tells what comes from the file of stages', () => {
    const [retention] = explainSettings({ stage: 'test' }, {}).filter(
      ({ key }) => key === 'logRetentionDays',
    );
    expect(retention).toMatchObject({ value: 7, usual: '30', origin: 'infra/stages.ts' });
    expect(printSettings([retention ?? expect.fail()])).toMatch(
      /^logRetentionDays = 7 {3}\[infra\/stages\.ts; default: 30\]\n {4}Days for which .*\.$/,
    );
  });
});
