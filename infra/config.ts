import { parseArgs } from 'node:util';
import { environmentContext, VARIABLES } from './local/settings.ts';
import { SETTINGS, type SettingKey } from './setting-table.ts';
import type { Setting } from './setting-values.ts';
import { ownSettings, readSettings, type Said, stageRow } from './settings.ts';

/** One setting in one deployment. */
export interface Explained {
  readonly key: string;
  readonly value: unknown;
  readonly usual: string;
  /** Where the value comes from: `default`, `infra/stages.ts`, `-c`, or the name of a variable of the environment. */
  readonly origin: string;
  readonly means: string;
}

/** All settings of a deployment. Variables of the environment count on one machine only. Throws an Error for what is wrong in them. */
export function explainSettings(context: Said, environment: NodeJS.ProcessEnv): readonly Explained[] {
  const given = ownSettings(context);
  const variables = given.target === 'here' ? environmentContext(environment) : {};
  const row = stageRow(given);
  const settings: Said = readSettings({ ...variables, ...given });
  const usual: Said = readSettings({}, { stages: { prod: {} } });
  const originOf = (key: string): string => {
    if (Object.hasOwn(given, key)) return '-c';
    if (Object.hasOwn(variables, key)) return VARIABLES[key] ?? key;
    return Object.hasOwn(row, key) ? 'infra/stages.ts' : 'default';
  };
  return Object.entries<Setting>(SETTINGS).map(([key, { means, otherwise }]) => ({
    ...{ key, means, value: settings[key], origin: originOf(key) },
    usual: otherwise ?? print(usual[key as SettingKey]),
  }));
}

/** As text: a line for the value and where it comes from, and one for what it means. */
export function printSettings(settings: readonly Explained[]): string {
  return settings
    .map(({ key, value, usual, origin, means }) => {
      const told = value === undefined ? `(${usual})` : print(value);
      const note = origin === 'default' ? 'default' : `${origin}; default: ${usual}`;
      return `${key} = ${told}   [${note}]\n    ${means}.`;
    })
    .join('\n');
}

function print(value: unknown): string {
  return typeof value === 'string' ? value || "''" : JSON.stringify(value);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { context: { type: 'string', short: 'c', multiple: true, default: [] } },
  });
  const context = values.context.map((said) => {
    const [key = '', ...value] = said.split('=');
    return [key, value.join('=')];
  });
  try {
    console.log(printSettings(explainSettings(Object.fromEntries(context), process.env)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  }
}
