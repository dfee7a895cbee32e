// Who may import whom. Each rule's comment says what to do instead.
const iso =
  '^packages/(schemas|engine/src/(plan|runtime|expressions|code)|broker/src/(protocol|records|log|groups|apis|client))'
const notTests = '(\\.test\\.tsx?$|/testing/|/scripts/|/foreign/)'

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment:
        'Two files that import each other are one file: cut by meaning or move the shared part below both.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'base-imports-nothing',
      comment:
        'packages/base is the ground: no domain words. Move the code to the package whose words it uses.',
      severity: 'error',
      from: { path: '^packages/base' },
      to: { path: '^(packages/(?!base)|apps|sim|e2e|bench)' },
    },
    {
      name: 'schemas-imports-base-only',
      comment: 'Schemas are nouns: they know base, nothing else. Pass behaviour in as an argument.',
      severity: 'error',
      from: { path: '^packages/schemas' },
      to: { path: '^(packages/(?!base|schemas)|apps|sim|e2e|bench)' },
    },
    {
      name: 'broker-imports-base-only',
      comment: 'The broker moves bytes and knows no schemas, engine or nodes.',
      severity: 'error',
      from: { path: '^packages/broker', pathNot: notTests },
      to: { path: '^(packages/(?!base|broker)|apps|sim|e2e|bench)' },
    },
    {
      name: 'engine-core-has-no-broker',
      comment:
        'Plan, runtime, expressions and code are isomorphic: connectors are injected through the operator registry.',
      severity: 'error',
      from: { path: '^packages/engine/src/(plan|runtime|expressions|code)', pathNot: notTests },
      to: {
        path: '^(packages/(broker|nodes)|packages/base/src/node|packages/engine/src/host-node|apps|sim|e2e|bench)',
      },
    },
    {
      name: 'engine-never-imports-nodes',
      comment:
        'The catalogue is injected: take an OperatorRegistry or a NodeCatalogue as an argument.',
      severity: 'error',
      from: { path: '^packages/engine', pathNot: notTests },
      to: { path: '^(packages/nodes|apps|sim|e2e|bench)' },
    },
    {
      name: 'engine-host-uses-the-broker-by-its-client',
      comment:
        'host-node talks to the broker through @millrace/broker/client and the log reader only.',
      severity: 'error',
      from: { path: '^packages/engine/src/host-node', pathNot: notTests },
      to: { path: '^packages/broker/src/(?!client|log|records|compression|host-node)' },
    },
    {
      name: 'nodes-are-isomorphic',
      comment:
        'node.ts and operator.ts run in the browser. What touches the world goes into connector.node.ts.',
      severity: 'error',
      from: {
        path: '^packages/nodes/src',
        pathNot: '(connector\\.node\\.ts$|connectors\\.gen\\.ts$|\\.test\\.ts$|/testing/)',
      },
      to: {
        path: '(^packages/broker|^packages/base/src/node|host-node|^apps|connector\\.node\\.ts$)',
      },
    },
    {
      name: 'a-node-knows-its-own-folder',
      comment:
        'A node kind stands alone: share through packages/nodes/src/*.ts, the engine or the schemas.',
      severity: 'error',
      from: {
        path: '^packages/nodes/src/([^/]+)/',
        pathNot: '^packages/nodes/src/templates/|\\.test\\.ts$',
      },
      to: {
        path: '^packages/nodes/src/([^/]+)/',
        pathNot: '^packages/nodes/src/($1|shared|testing)/',
      },
    },
    {
      name: 'web-takes-server-types-only',
      comment: 'The studio reaches the server by tRPC; from @millrace/server it imports types.',
      severity: 'error',
      from: { path: '^apps/web' },
      to: { path: '^apps/server', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'web-is-a-browser',
      comment:
        'The studio uses base, schemas, engine plan and runtime, and the catalogue; no broker, no host-node.',
      severity: 'error',
      from: { path: '^apps/web/src', pathNot: notTests },
      to: {
        path: '(^packages/broker|host-node|^packages/base/src/node|connector\\.node\\.ts$|^sim|^bench|^e2e)',
      },
    },
    {
      name: 'isomorphic-has-no-node-modules',
      comment:
        'This code runs in the browser too: take Clock, Random, Scheduler, Fs or Transport as an argument.',
      severity: 'error',
      from: { path: iso, pathNot: notTests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'e2e-reaches-the-product-from-outside',
      comment:
        'End-to-end tests use HTTP, the browser and Kafka clients; from the workspace only schemas.',
      severity: 'error',
      from: { path: '^e2e' },
      to: { path: '^(packages/(?!schemas|base)|apps|sim|bench)' },
    },
    {
      name: 'nothing-imports-the-test-beds',
      comment: 'sim, bench and e2e are leaves.',
      severity: 'error',
      from: { path: '^(packages|apps)', pathNot: notTests },
      to: { path: '^(sim|bench|e2e)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/dist/|/\\.build/|/generated/)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
}
