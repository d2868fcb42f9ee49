// The schema against the rules that others have for schemas, Relay's among them. The last line counts rules that hold.
//   node lint.mjs
import { fileURLToPath } from 'node:url';
import graphql from '@graphql-eslint/eslint-plugin';
import { ESLint } from 'eslint';

const root = fileURLToPath(new URL('../../', import.meta.url));
const recommended = graphql.configs['flat/schema-recommended'].rules;
const relay = graphql.configs['flat/schema-relay'].rules;

const OF_AGGREGATES = ['Aggregate', 'Average', 'Distinct', 'Group', 'Sum'];
const OF_ESTIMATES = ['Estimate', 'EstimatedList', 'QueryProblem'];
const OF_LISTENERS = ['Change', 'Changes'];
const OF_PHONES = ['CommandAnswer', 'ReceiptKey', 'SyncEvidenceWanted', 'SyncItem', 'SyncPage', 'SyncReceipt', 'SyncVisitor'];

/** Where our schema differs on purpose. */
const own = {
  // What has no life of its own has no id: pages, figures, payloads, refusals, a sign-in under way, what is found out about a
  // query, and what is said to phones and to listeners, where an item names the row that it is about.
  '@graphql-eslint/strict-id-in-types': [
    'error',
    { exceptions: { types: [...OF_ESTIMATES, ...OF_LISTENERS, ...OF_PHONES, 'GroupKey', 'PageInfo', 'PendingSignIn', 'SecondFactorEnrolment'], suffixes: [...OF_AGGREGATES, 'Connection', 'Edge', 'Payload', 'Refused'] } },
  ],
  // A list of texts is no connection: what a visit still misses is a few sentences, never paged.
  '@graphql-eslint/relay-edge-types': ['error', { withEdgeSuffix: true, shouldImplementNode: true, listTypeCanWrapOnlyEdgeType: false }],
};

/** "Document type" and "visitors" of a visit are the field's own words, and what changes are told in are changes; the rules look at syllables. */
const WORDS = [
  /^Type "DocumentType" should not have "Type" suffix/,
  /^Field "visitors" starts with the name of the parent type "Visit"/,
  /^Field "changes" starts with the name of the parent type "Changes"/,
];

const rules = { ...recommended, ...relay, ...own };
const eslint = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: {
    files: ['schema.graphql'],
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: `${root}schema.graphql` } } },
    plugins: { '@graphql-eslint': graphql },
    rules,
  },
});
const [report] = await eslint.lintFiles(['schema.graphql']);
const found = report.messages.filter(({ message }) => !WORDS.some((word) => word.test(message)));
for (const { line, ruleId, message } of found.slice(0, 20)) console.log(`line ${line}`, ruleId, message);

const names = Object.keys(rules);
const broken = new Set(found.map(({ ruleId }) => ruleId));
console.log(`${names.length - broken.size} of ${names.length}`);
process.exit(broken.size === 0 ? 0 : 1);
