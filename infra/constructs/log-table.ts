import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { nameOf, type Settings } from '../settings.ts';
import { allow } from './allow.ts';
import { isKept, keptData } from './kept-data.ts';

/** Overloaded keys, and all of them from the first deploy: indexes cannot be added freely later. */
const INDEXES = ['gsi1', 'gsi2'];

/** The log of every build and what is listed from it: one table, single-item conditional writes. */
export class LogTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      tableName: nameOf(settings, 'log'),
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expires',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: isKept(settings),
      ...keptData(settings),
    });
    for (const indexName of INDEXES) {
      this.table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: `${indexName}pk`, type: AttributeType.STRING },
        sortKey: { name: `${indexName}sk`, type: AttributeType.STRING },
        projectionType: ProjectionType.ALL,
      });
    }
  }

  /** Read rows, also by the indexes, and learn whether the table is there. */
  grantRead(grantee: IGrantable): void {
    const { tableArn } = this.table;
    const indexArns = INDEXES.map((name) => `${tableArn}/index/${name}`);
    allow(grantee, ['dynamodb:GetItem', 'dynamodb:DescribeTable'], tableArn);
    allow(grantee, ['dynamodb:Query'], tableArn, ...indexArns);
  }

  /** Learn of many rows at once whether they are there. */
  grantLookUp(grantee: IGrantable): void {
    allow(grantee, ['dynamodb:BatchGetItem'], this.table.tableArn);
  }

  /** Add rows and amend them. */
  grantWrite(grantee: IGrantable): void {
    allow(grantee, ['dynamodb:PutItem', 'dynamodb:UpdateItem'], this.table.tableArn);
  }
}
