import type { Ask } from './access/access.ts';

type Input = Readonly<Record<string, unknown>>;

/** What stands before a table's name in its ARN, such as `arn:aws:dynamodb:us-east-1:000000000000:table`. */
type TableBase = string;

/**
 * What a call asks to be allowed: the action of its name on the table, or on the index that it reads; of a batch on each table; of a
 * transaction what each of its steps would need by itself. A call that names nothing asks for everything: none is free.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/api-permissions-reference.html
 */
export function dynamoAsks(operation: string, input: unknown, base: TableBase): readonly Ask[] {
  const given = recordOf(input);
  const rule = Object.hasOwn(RULES, operation) ? RULES[operation] : undefined;
  const asks = rule?.(given, base, operation) ?? [ask(operation, tableArn(given.TableName, base))];
  return asks.length > 0 ? asks : [ask(operation, `${base}/*`)];
}

type Rule = (input: Input, base: TableBase, operation: string) => readonly Ask[];

const ofIndex: Rule = ({ TableName, IndexName }, base, operation) => {
  const index = IndexName === undefined ? '' : `/index/${textOf(IndexName)}`;
  return [ask(operation, tableArn(TableName, base) + index)];
};
const ofEachTable: Rule = ({ RequestItems }, base, operation) =>
  Object.keys(recordOf(RequestItems)).map((table) => ask(operation, tableArn(table, base)));
/** A step is `{ Put: { TableName, … } }`. */
const ofEachStep: Rule = ({ TransactItems }, base) =>
  [TransactItems]
    .flat()
    .flatMap((item) => Object.entries(recordOf(item)))
    .map(([step, of]) => ask(STEPS[step] ?? step, tableArn(recordOf(of).TableName, base)));

const STEPS: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

/** What is not about the one table that it names. */
const RULES: Readonly<Record<string, Rule>> = {
  Query: ofIndex,
  Scan: ofIndex,
  BatchGetItem: ofEachTable,
  BatchWriteItem: ofEachTable,
  TransactGetItems: ofEachStep,
  TransactWriteItems: ofEachStep,
  ListTables: (_input, base, operation) => [ask(operation, `${base}/*`)],
};

function ask(operation: string, resource: string): Ask {
  return { action: `dynamodb:${operation}`, resource };
}

/** A table may be named by its ARN as well. */
function tableArn(name: unknown, base: TableBase): string {
  const text = textOf(name);
  return text.startsWith('arn:') ? text : `${base}/${text}`;
}

/** What is no text names nothing; the server behind says what is wrong with it. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function recordOf(value: unknown): Input {
  return typeof value === 'object' && value !== null ? (value as Input) : {};
}
