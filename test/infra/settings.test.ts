import { isAbsolute } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nameOf, readSettings } from '../../infra/settings.ts';

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
    ['stage', 'Test', 'a letter first'],
    ['arch', 'mips', 'arm64 or x64'],
    ['commit', 'HEAD', '7 to 40 hexadecimal digits'],
    ['region', 'Frankfurt', 'an AWS region such as us-east-1'],
    ['accountId', '12', 'twelve digits'],
    ['inputBucket', 'Bad.Name', 'a bucket name'],
    ['basePath', 'no-slash', 'a path such as /image_creation'],
    ['basePath', '/', 'a path such as /image_creation'],
    ['deleteInput', 'perhaps', 'true or false'],
    ['maxSourceBytes', '1e9', 'a whole number from 1 to 1073741824'],
    ['maxConcurrency', '1', 'a whole number from 2 to 1000'],
    ['renderTimeoutSeconds', '30', 'a whole number from 1 to 29'],
    ['processMemoryMb', '', 'a whole number from 128 to 10240'],
  ])('%s=%s is refused, with what it takes', (key, value, takes) => {
    expect(() => readSettings({ [key]: value })).toThrow(`${key}=${value}: ${key} takes `);
    expect(() => readSettings({ [key]: value })).toThrow(takes);
  });

  it('that nobody knows are refused with those that there are', () => {
    expect(() => readSettings({ basepath: '/x' })).toThrow(
      /^basepath: no such setting; there are target, .*basePath/,
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
    expect(readSettings({ target: 'aws' }, 64).maxConcurrency).toBe(10);
  });

  it.each([
    [1, 2],
    [2, 2],
    [16, 16],
  ])('on one machine with %i processors are %i', (processors, atOnce) => {
    expect(readSettings({ target: 'here' }, processors).maxConcurrency).toBe(atOnce);
  });

  it('are what was asked for, where something was', () => {
    expect(readSettings({ target: 'here', maxConcurrency: '5' }, 16).maxConcurrency).toBe(5);
  });
});

it('a name holds the stage, but for that of production', () => {
  expect(nameOf({ stage: 'prod' }, 'work')).toBe('darkroom-work');
  expect(nameOf({ stage: 'test' }, 'work')).toBe('darkroom-test-work');
});
