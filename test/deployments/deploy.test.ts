/** Deployments: all files or none, versions that count up, and only the newest one listens for starts. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { type DeploymentFile, DeploymentRefused, NotFound } from '../../engine/contract.js';
import type { Definition, Expression } from '../../engine/core/types.js';
import type { Deployments } from '../../engine/deployments.js';
import type { DefinitionDocument, JobDocument, SubscriptionDocument } from '../../engine/store/documents.js';
import type { Store } from '../../engine/store/port.js';
import { fixtures, xml } from '../diagram.js';
import { file, openSetting } from './setting.js';

const simple = (key = 'order', task = 'check') =>
  xml(key, `<startEvent id="start"/><userTask id="${task}"/><endEvent id="end"/>`, [`start -> ${task} -> end`]);

const listening = (key: string, message = 'go') =>
  xml(
    key,
    `<startEvent id="told"><messageEventDefinition messageRef="m"/></startEvent>
     <startEvent id="daily"><timerEventDefinition><timeCycle>R/P1D</timeCycle></timerEventDefinition></startEvent>
     <startEvent id="signalled"><signalEventDefinition signalRef="s"/></startEvent>
     <task id="work"/><endEvent id="end"/>`,
    ['told -> work -> end', 'daily -> work', 'signalled -> work'],
    `<message id="m" name="${message}"/><signal id="s" name="alarm"/>`,
  );

const rows = async (store: Store) => {
  const subscriptions = await store.find<SubscriptionDocument>('subscriptions', { sort: { id: 1 } });
  const jobs = await store.find<JobDocument>('jobs', { sort: { id: 1 } });
  return [...subscriptions, ...jobs].map(
    row => `${row.definition} ${row.element} ${row.kind} ${'name' in row ? row.name : row.cycle} ${row.wait.state}`,
  );
};

test('a deployment makes version 1, then 2, and the newest one is found by its key', async t => {
  // given
  const { deployments, store } = await openSetting(t);

  // when
  const first = await deployments.deploy({ name: 'orders', by: 'ann', files: [file('order.bpmn', simple())] });
  const second = await deployments.deploy({ files: [file('order.bpmn', simple('order', 'approve'))] });

  // then
  assert.deepEqual(
    first.definitions.map(({ id, latest }) => [id, latest]),
    [['order:1', true]],
  );
  assert.deepEqual(
    second.definitions.map(({ id, version }) => [id, version]),
    [['order:2', 2]],
  );
  assert.equal((await deployments.latest('order')).id, 'order:2');
  assert.equal((await deployments.definition('order:1')).nodes[2]!.id, 'check');
  assert.equal((await store.get<DefinitionDocument>('definitions', 'order:1'))?.latest, false);
  assert.deepEqual(
    [first.deployment.name, first.deployment.by, second.deployment.name],
    ['orders', 'ann', 'order.bpmn'],
  );
});

test('what was sent comes back byte for byte, whatever its encoding', async t => {
  // given
  const { deployments, store } = await openSetting(t);
  const bytes = Buffer.from(
    simple().replace('UTF-8', 'ISO-8859-1').replace('id="check"', 'id="check" name="Prüfung"').replaceAll('\n', '\r\n'),
    'latin1',
  );

  // when
  const { deployment } = await deployments.deploy({ files: [{ name: 'order.bpmn', bytes }] });

  // then
  const stored = await store.getBlob('', deployment.resources[0]!.blob);
  assert.deepEqual(Buffer.from(stored!), bytes);
  assert.equal((await deployments.latest('order')).nodes[2]!.name, 'Prüfung');
});

test('tenants have versions of their own', async t => {
  // given
  const { deployments } = await openSetting(t);
  await deployments.deploy({ files: [file('order.bpmn', simple())] });

  // when
  const { definitions } = await deployments.deploy({ tenant: 'acme', files: [file('order.bpmn', simple())] });

  // then
  assert.deepEqual(
    definitions.map(({ id }) => id),
    ['order:1:acme'],
  );
  assert.equal((await deployments.latest('order', 'acme')).tenant, 'acme');
  await assert.rejects(
    deployments.latest('order', 'other'),
    new NotFound("no process 'order' is deployed for tenant 'other'"),
  );
});

test('one wrong file refuses the whole deployment with all its problems, and nothing is kept', async t => {
  // given
  const { deployments, store } = await openSetting(t);
  const broken = simple('broken').replace('targetRef="end"', 'targetRef="nowhere"');

  // when
  const refusal = await deployments
    .deploy({ files: [file('order.bpmn', simple()), file('broken.bpmn', broken), file('ask.form', '{')] })
    .catch(error => error);

  // then
  assert.ok(refusal instanceof DeploymentRefused);
  assert.deepEqual(
    refusal.problems.map(({ file: name, element, message }) => [name, element, message.replace(/line \d+/, 'line n')]),
    [
      ['broken.bpmn', 'check-end', "flow 'check-end' (line n): targetRef 'nowhere' does not exist"],
      ['ask.form', undefined, 'the form is not valid JSON; save it again with a form editor'],
    ],
  );
  assert.equal(await store.count('definitions', {}), 0);
  assert.equal(await store.count('deployments', {}), 0);
});

test('a refusal tells the first three errors, and counts the others, which its problems hold', async t => {
  const { deployments } = await openSetting(t);
  const files = [1, 2, 3, 4, 5].map(number => file(`ask${number}.form`, '{'));

  const refusal = await deployments.deploy({ files }).catch(error => error);

  const told = (number: number) => `ask${number}.form: the form is not valid JSON; save it again with a form editor`;
  assert.equal(refusal.message, [told(1), told(2), told(3), 'and 2 more'].join('\n'));
  assert.equal(refusal.problems.length, 5);
});

test('two processes with one id are refused, naming both files', async t => {
  const { deployments } = await openSetting(t);
  await assert.rejects(
    deployments.deploy({ files: [file('a.bpmn', simple()), file('b.bpmn', simple())] }),
    /process 'order' is in a\.bpmn and in b\.bpmn/,
  );
});

test('no files, and two files with one name, are refused', async t => {
  const { deployments } = await openSetting(t);
  await assert.rejects(deployments.deploy({ files: [] }), /the deployment has no files/);
  await assert.rejects(
    deployments.deploy({ files: [file('a.bpmn', simple()), file('a.bpmn', simple('other'))] }),
    /two files are named "a\.bpmn"/,
  );
});

test('a drawing is welcome beside a process that runs, and refused alone', async t => {
  // given
  const { deployments } = await openSetting(t);
  const drawing = file('drawing.bpmn', simple('drawing').replace('isExecutable="true"', ''));

  // when
  const { warnings, definitions } = await deployments.deploy({ files: [file('order.bpmn', simple()), drawing] });

  // then
  assert.deepEqual(
    definitions.map(({ key }) => key),
    ['order'],
  );
  assert.match(warnings[0]!.message, /process 'drawing' is not executable/);
  await assert.rejects(deployments.deploy({ files: [drawing] }), /process 'drawing' is not executable/);
});

test('forms and other files are kept, a decision table with a warning', async t => {
  // given
  const { deployments, store } = await openSetting(t);

  // when
  const { deployment, warnings } = await deployments.deploy({
    files: [
      file('order.bpmn', simple()),
      file('ask.form', '{"type":"default"}'),
      file('rules.dmn', '<definitions/>'),
      file('logo.txt', 'w'),
    ],
  });

  // then
  assert.deepEqual(
    deployment.resources.map(({ name, type }) => [name, type]),
    [
      ['order.bpmn', 'bpmn'],
      ['ask.form', 'form'],
      ['rules.dmn', 'dmn'],
      ['logo.txt', 'other'],
    ],
  );
  assert.deepEqual(
    warnings.map(({ message }) => message),
    ['decisions are not run yet; the file is kept'],
  );
  assert.equal(new TextDecoder().decode(await store.getBlob('', deployment.resources[3]!.blob)), 'w');
});

test('with changedOnly the same bytes make no new version', async t => {
  // given
  const { deployments } = await openSetting(t);
  const [order, claim] = [file('order.bpmn', simple()), file('claim.bpmn', simple('claim'))];
  const first = await deployments.deploy({ files: [order, claim] });

  // when
  const same = await deployments.deploy({ files: [order, claim], changedOnly: true });
  const partly = await deployments.deploy({
    files: [order, file('claim.bpmn', simple('claim', 'assess'))],
    changedOnly: true,
  });

  // then
  assert.equal(same.deployment.id, first.deployment.id);
  assert.deepEqual(
    same.definitions.map(({ id }) => id),
    ['order:1', 'claim:1'],
  );
  assert.deepEqual(
    partly.definitions.map(({ id }) => id),
    ['order:1', 'claim:2'],
  );
  assert.deepEqual(partly.deployment.definitions, ['claim:2']);
});

test('the newest version listens for messages, signals and times; the one before stops', async t => {
  // given
  const { deployments, store, clock } = await openSetting(t);

  // when
  await deployments.deploy({ files: [file('order.bpmn', listening('order'))] });
  await deployments.deploy({ files: [file('order.bpmn', listening('order', 'proceed'))] });

  // then
  assert.deepEqual(await rows(store), [
    'order:1 told message go dropped',
    'order:1 signalled signal alarm dropped',
    'order:2 told message proceed open',
    'order:2 signalled signal alarm open',
    'order:1 daily start R/P1D dropped',
    'order:2 daily start R/P1D open',
  ]);
  const [, timer] = await store.find<JobDocument>('jobs', { sort: { id: 1 } });
  assert.deepEqual([timer!.due - clock(), timer!.repeats, timer!.startEvent], [86_400_000, -1, 2]);
});

test('a start timer or message that cannot be read refuses the deployment', async t => {
  const { deployments } = await openSetting(t);
  await assert.rejects(
    deployments.deploy({ files: [file('order.bpmn', listening('order').replace('R/P1D', '${daily}'))] }),
    /startEvent 'daily' \(line \d+\): .*daily/,
  );
});

test('definitions of an older form are compiled again from their bytes', async t => {
  // given
  const { deployments, store, fresh } = await openSetting(t);
  await deployments.deploy({ files: [file('order.bpmn', simple())] });
  await store.patch('definitions', 'order:1', {}, { set: { compiled: { format: 0 } } });
  const others = fresh();

  // when
  const definition = await others.definition('order:1');

  // then
  assert.deepEqual([definition.id, definition.version, definition.nodes.length], ['order:1', 1, 4]);
  assert.equal((await store.get<DefinitionDocument>('definitions', 'order:1'))?.compiled.nodes.length, 4);
});

test('deployments that race get versions of their own, and the highest is the newest', async t => {
  // given
  const { deployments, store } = await openSetting(t);

  // when
  const results = await Promise.all(
    Array.from({ length: 8 }, (_, n) => deployments.deploy({ files: [file('o.bpmn', listening('order', `go${n}`))] })),
  );

  // then
  const versions = results.map(({ definitions }) => definitions[0]!.version);
  assert.deepEqual(
    versions.sort((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
  const latest = await store.find<DefinitionDocument>('definitions', { filter: { latest: true } });
  assert.deepEqual(
    latest.map(({ id }) => id),
    ['order:8'],
  );
  assert.equal(await store.count('subscriptions', { 'wait.state': 'open' }), 2);
});

test('every file of the benchmark models deploys as it is', async t => {
  // given
  const { deployments } = await openSetting(t);
  const names = [
    'w1-seq5',
    'w1-seq5-script',
    'w2-xor-par4',
    'w3-approval',
    'w4-mi10',
    'w4-mi-user',
    'w5-timer',
    'w6-message',
    'w7-call-error',
    'w8-external',
  ];

  // when
  const { definitions } = await deployments.deploy({
    files: names.map(name => ({ name: `${name}.bpmn`, bytes: readFileSync(new URL(`models/${name}.bpmn`, fixtures)) })),
  });

  // then
  assert.equal(definitions.length, 11);
});

const scripted = xml(
  'scripted',
  `<startEvent id="start"/><scriptTask id="sum" scriptFormat="javascript" camunda:resource="deployment://lib/sum.js" camunda:resultVariable="total"/>
   <exclusiveGateway id="choice"/>
   <userTask id="big"><extensionElements><camunda:inputOutput><camunda:inputParameter name="note">
     <camunda:script scriptFormat="javascript" resource="deployment://note.js"/></camunda:inputParameter></camunda:inputOutput></extensionElements></userTask>
   <userTask id="small"/>
   <sequenceFlow id="isBig" sourceRef="choice" targetRef="big"><conditionExpression xsi:type="tFormalExpression" language="javascript" camunda:resource="deployment://big.js"/></sequenceFlow>
   <sequenceFlow id="isSmall" sourceRef="choice" targetRef="small"><conditionExpression xsi:type="tFormalExpression">\${total &lt;= 10}</conditionExpression></sequenceFlow>`,
  ['start -> sum -> choice'],
);

const scripts = (sum = 'a + 10') => [
  file('scripted.bpmn', scripted),
  file('lib/sum.js', sum),
  file('note.js', "'more than ten'"),
  file('big.js', 'total > 10'),
];

const sources = ({ nodes, flows }: Definition) => [
  nodes.find(({ id }) => id === 'sum')?.script?.run.source,
  flows.find(({ id }) => id === 'isBig')?.condition?.source,
  (nodes.find(({ id }) => id === 'big')?.inputs?.[0]?.value as Expression | undefined)?.source,
];

test('scripts lie in files of their own beside the model, and are read again with it', async t => {
  const { deployments, store } = await openSetting(t);
  const [first] = (await deployments.deploy({ files: scripts() })).definitions;
  const compiled = await deployments.definition(first!.id);
  // As an earlier program left it.
  await store.patch('definitions', first!.id, {}, { set: { 'compiled.format': 0, 'compiled.nodes': [] } });
  deployments.forget(first!.id);
  const again = await deployments.definition(first!.id);

  assert.deepEqual(sources(compiled), ['a + 10', 'total > 10', "'more than ten'"]);
  assert.deepEqual(sources(again), sources(compiled));
});

test('a model whose script has changed is a new version, and without its script it is refused', async t => {
  const { deployments } = await openSetting(t);
  const deploy = async (files: ReturnType<typeof scripts>) => {
    const { definitions } = await deployments.deploy({ files, changedOnly: true });
    return definitions.map(({ version }) => version);
  };
  const versions = [await deploy(scripts()), await deploy(scripts()), await deploy(scripts('a + 20'))];
  const missing = await problemsOf(deployments, scripts().slice(0, 2));
  const outside = await problemsOf(deployments, [
    file('outside.bpmn', scripted.replaceAll('deployment://', 'classpath://')),
  ]);

  assert.deepEqual(versions, [[1], [1], [2]]);
  assert.match(missing, /the deployment has no file "note.js"; deploy it together with the model/);
  assert.match(missing, /the deployment has no file "big.js"/);
  assert.match(outside, /"classpath:\/\/lib\/sum.js" lies outside of the deployment; .* deployment:\/\/sum.js/);
});

async function problemsOf(deployments: Deployments, files: DeploymentFile[]): Promise<string> {
  const { problems } = await deployments.validate(files);
  return problems.map(({ message }) => message).join('\n');
}
