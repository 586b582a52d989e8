import { DarkroomError } from '../error.ts';

/** What one parameter takes, as the caller is told, and how its text is read: undefined when the text is not that. */
export interface Parameter<T> {
  readonly takes: string;
  readonly read: (text: string) => T | undefined;
}

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

export type Values<P extends Parameters> = {
  readonly [K in keyof P]?: P[K] extends Parameter<infer T> ? T : never;
};

/** Reads a query by a table of parameters. Throws DarkroomError BAD_PARAMETER that names the parameter and what it takes. */
export function readQuery<P extends Parameters>(query: URLSearchParams, parameters: P): Values<P> {
  const values: Record<string, unknown> = {};
  for (const [name, text] of query) {
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (parameter === undefined) {
      throw new DarkroomError(
        'BAD_PARAMETER',
        `${name} is not a parameter here; there are ${Object.keys(parameters).join(', ')}`,
      );
    }
    const value = parameter.read(text);
    if (value === undefined)
      throw new DarkroomError(
        'BAD_PARAMETER',
        `${name} takes ${parameter.takes}, not ${JSON.stringify(text)}`,
      );
    values[name] = value;
  }
  return values as Values<P>;
}

export const anyText: Parameter<string> = {
  takes: 'a text',
  read: (text) => (text === '' ? undefined : text),
};

export function wholeNumber(min: number, max: number): Parameter<number> {
  return {
    takes: `a whole number from ${min} to ${max}`,
    read: (text) =>
      /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : undefined,
  };
}

export function oneOf<const T extends string>(options: readonly T[]): Parameter<T> {
  return { takes: `one of ${options.join(', ')}`, read: (text) => options.find((option) => option === text) };
}

/** A moment, given back as RFC 3339 UTC with milliseconds. A bare date is its first moment. */
export const moment: Parameter<string> = {
  takes: 'a time such as 2026-11-21T04:00:00Z',
  read(text) {
    const isTime = /^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d))?$/.test(text);
    const time = isTime ? Date.parse(text) : Number.NaN;
    return Number.isNaN(time) ? undefined : new Date(time).toISOString();
  },
};
