/** The tables of the dialects: each attribute and element is read, ignored or refused as its line says. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { evaluate } from 'feelin';
import type { Expression, Mapping } from '../../engine/core/types.js';
import { dialects } from '../../engine/model/dialects/index.js';
import { type Case, cases } from './dialect-cases.js';
import { hosts } from './hosts.js';
import { around, model, read } from './xml.js';

/** A line of a table, with what the test has to know of it. */
const linesOf = (dialect: (typeof dialects)[number]) => [
  ...Object.entries(dialect.attributes).map(([name, rule]) => ({ name, rule, element: false })),
  ...Object.entries(dialect.elements).map(([name, rule]) => ({ name, rule, element: true })),
];

for (const dialect of dialects) {
  const expected = cases[dialect.name]!;

  for (const { name, rule, element } of linesOf(dialect)) {
    const title = element ? `<${dialect.name}:${name}>` : `${dialect.name}:${name}`;
    const kind = rule.on?.[0] ?? 'task';

    if ('ignored' in rule || 'refused' in rule)
      test(`${title} is ${'refused' in rule ? 'refused' : 'ignored'} as its line says`, async () => {
        // when
        const { errors, warnings } = await read(
          element ? hosts[kind]!('', `<${dialect.name}:${name}/>`) : hosts[kind]!(`${dialect.name}:${name}="x"`, ''),
        );

        // then
        const about = [...errors, ...warnings].filter(message => message.includes(`${dialect.name}:${name}`));
        const sentence = 'refused' in rule ? rule.refused : rule.ignored;
        assert.equal(about.length, sentence ? 1 : 0);
        if (sentence) assert.ok(('refused' in rule ? errors : warnings).some(message => message.includes(sentence)));
      });
    else
      test(`${title} is read`, async () => {
        // given
        const found: Case | undefined = expected[element ? 'elements' : 'attributes'][name];
        assert.ok(found, `no case for ${title}; add one to dialect-cases.ts`);
        const { on = kind, text, attributes = '', extensions = '' } = found;

        // when
        const compiled = await read(
          element
            ? hosts[on]!(attributes, extensions + text)
            : hosts[on]!(`${attributes} ${dialect.name}:${name}="${text}"`, extensions),
        );

        // then
        assert.deepEqual(found.says(compiled), found.expected);
      });
  }

  test(`every case of ${dialect.name} stands in its table`, () => {
    const known = (part: 'attributes' | 'elements') => Object.keys(dialect[part]);
    const stray = (part: 'attributes' | 'elements') =>
      Object.keys(expected[part]).filter(name => !known(part).includes(name));
    assert.deepEqual([...stray('attributes'), ...stray('elements')], []);
  });
}

test('a dialect is known by its namespace, whatever the prefix, and by the platform that the modeler wrote down', async () => {
  const dialectOf = async (text: string) => (await read(text)).process.dialect;
  assert.equal(await dialectOf(around('<bpmn:task id="it"/>')), 'bpmn');
  assert.equal(await dialectOf(around('<bpmn:userTask id="it" operaton:assignee="ann"/>')), 'camunda');
  assert.equal(await dialectOf(around('<bpmn:userTask id="it" flowable:assignee="ann"/>')), 'flowable');
  assert.equal(
    await dialectOf(
      around('<bpmn:userTask id="it" camunda:assignee="a"/>', { root: 'modeler:executionPlatform="Camunda Cloud"' }),
    ),
    'zeebe',
  );
});

test('where a file speaks two dialects, its own counts and the other one fills the gaps', async () => {
  // when
  const { node, errors } = await read(
    around('<bpmn:userTask id="it" activiti:assignee="ben" activiti:candidateGroups="clerks" camunda:assignee="ann"/>'),
  );
  const work = await read(
    around('<bpmn:serviceTask id="it" flowable:type="mail" camunda:type="external" camunda:topic="mail"/>'),
  );

  // then
  assert.deepEqual(errors, []);
  assert.equal(node('it').task?.assignee?.source, 'ann');
  assert.deepEqual([work.errors, work.node('it').job?.topic.source], [[], 'mail']);
  assert.deepEqual(
    node('it').task?.candidateGroups?.map(({ source }) => source),
    ['clerks'],
  );
});

test('outputs with dots change one entry of a variable and keep the others', async () => {
  // when
  const { node, errors } = await read(
    around(`<bpmn:serviceTask id="it"><bpmn:extensionElements><zeebe:taskDefinition type="t"/><zeebe:ioMapping>
      <zeebe:output source="= sum" target="order.total"/><zeebe:output source="EUR" target="order.price.currency"/>
    </zeebe:ioMapping></bpmn:extensionElements></bpmn:serviceTask>`),
  );

  // then
  assert.deepEqual(errors, []);
  const [mapping] = node('it').outputs!;
  const { source } = mapping!.value as Expression;
  const order = { id: 7, price: { net: 5 } };
  assert.equal(mapping!.target, 'order');
  assert.deepEqual(evaluate(source, { sum: 6, order }).value, { id: 7, price: { net: 5, currency: 'EUR' }, total: 6 });
  assert.deepEqual(evaluate(source, { sum: 6 }).value, { price: { currency: 'EUR' }, total: 6 });
});

test('an unknown attribute or element of a known namespace gets a suggestion', async () => {
  // when
  const { warnings } = await read(
    around(`<bpmn:userTask id="it" camunda:asignee="ann"><bpmn:extensionElements>
      <camunda:taskListner event="create"/><camunda:inputOutput/><camunda:taskListener evnt="create" event="create" expression="\${1}"/>
    </bpmn:extensionElements></bpmn:userTask>`),
  );

  // then
  assert.deepEqual(warnings, [
    `userTask 'it' (line 4): camunda:asignee is not known and is ignored; did you mean "assignee"?`,
    `userTask 'it' (line 4): <camunda:taskListner> is not known and is ignored; did you mean "taskListener"?`,
    `userTask 'it' (line 4): <camunda:taskListener> has no attribute evnt; it is ignored; did you mean "event"?`,
  ]);
});

test('an attribute in the wrong place is said to have no effect', async () => {
  const { warnings } = await read(around('<bpmn:task id="it" camunda:assignee="ann"/>'));
  assert.deepEqual(warnings, ["task 'it' (line 4): camunda:assignee has no meaning on a task and is ignored"]);
});

test('extensions of an engine that is not read refuse the file, those of others only warn', async () => {
  // when
  const spiff = await read(
    around('<bpmn:task id="it" xmlns:spiff="http://spiffworkflow.org/bpmn/schema/1.0/core" spiff:allowGuest="true"/>'),
  );
  const other = await read(around('<bpmn:task id="it" xmlns:o="urn:other" o:colour="red"/>'));

  // then
  assert.match(spiff.errors[0]!, /extensions of SpiffWorkflow .* are not read yet, and they decide what runs/);
  assert.deepEqual([other.errors, other.warnings], [[], ['extensions of urn:other are kept, but have no effect here']]);
});

/** What runs and cannot: the element, and what is said. */
const refusals: Record<string, [element: string, says: RegExp]> = {
  'a service task without implementation': [
    '<bpmn:serviceTask id="it"/>',
    /serviceTask 'it' \(line 4\) says nothing about what runs: set a topic/,
  ],
  'an external task without topic': [
    '<bpmn:serviceTask id="it" camunda:type="external"/>',
    /type="external" needs a topic/,
  ],
  'a mail task of Camunda 7': ['<bpmn:sendTask id="it" camunda:type="mail"/>', /type="mail" is not run here/],
  'a shell task of Flowable': ['<bpmn:serviceTask id="it" flowable:type="shell"/>', /type="shell" is not run here/],
  'a Groovy script': [
    '<bpmn:scriptTask id="it" scriptFormat="groovy"><bpmn:script>1</bpmn:script></bpmn:scriptTask>',
    /scriptFormat "groovy": Groovy runs on a Java machine only/,
  ],
  'a Python script': [
    '<bpmn:scriptTask id="it" scriptFormat="python"><bpmn:script>1</bpmn:script></bpmn:scriptTask>',
    /Python is not run here/,
  ],
  'a script without text': ['<bpmn:scriptTask id="it" scriptFormat="feel"/>', /has no script; write one/],
  'a listener with Java code': [
    '<bpmn:task id="it"><bpmn:extensionElements><camunda:executionListener event="end" class="org.example.L"/></bpmn:extensionElements></bpmn:task>',
    /an executionListener with Java code \(org\.example\.L\)/,
  ],
  'a task listener for another event': [
    '<bpmn:userTask id="it"><bpmn:extensionElements><camunda:taskListener event="timeout" expression="${x}"/></bpmn:extensionElements></bpmn:userTask>',
    /taskListener for the event "timeout" does not run; the events are create, complete, delete/,
  ],
  'a connector with a computed parameter': [
    '<bpmn:serviceTask id="it"><bpmn:extensionElements><camunda:connector><camunda:connectorId>http</camunda:connectorId><camunda:inputOutput><camunda:inputParameter name="url">${url}</camunda:inputParameter></camunda:inputOutput></camunda:connector></bpmn:extensionElements></bpmn:serviceTask>',
    /the connector "http" is not run here with the parameter "url"/,
  ],
  'a call without process': ['<bpmn:callActivity id="it"/>', /callActivity 'it' \(line 4\) names no process to call/],
  'a form that is not in the process': [
    '<bpmn:userTask id="it"><bpmn:extensionElements><zeebe:formDefinition formKey="camunda-forms:bpmn:gone"/></bpmn:extensionElements></bpmn:userTask>',
    /its form 'gone' is not in the process/,
  ],
};

for (const [name, [element, says]] of Object.entries(refusals))
  test(`${name} is refused`, async () => {
    const { errors } = await read(around(element));
    assert.equal(errors.length, 1, errors.join('\n'));
    assert.match(errors[0]!, says);
  });

test('a send task and a throw event of plain BPMN publish their message', async () => {
  // when
  const { node, errors } = await read(
    model(
      `<bpmn:startEvent id="start"/><bpmn:sendTask id="send" messageRef="m"/>
       <bpmn:endEvent id="end"><bpmn:messageEventDefinition messageRef="m"/></bpmn:endEvent>
       <bpmn:sequenceFlow id="a" sourceRef="start" targetRef="send"/><bpmn:sequenceFlow id="b" sourceRef="send" targetRef="end"/>`,
      { outside: '<bpmn:message id="m" name="hello"/>' },
    ),
  );

  // then
  assert.deepEqual(errors, []);
  for (const id of ['send', 'end'])
    assert.deepEqual(node(id).event, { type: 'message', name: { language: 'literal', source: 'hello', line: 7 } });
});

test('resource roles of the standard assign a user task', async () => {
  // when
  const role = (kind: string, text: string) =>
    `<bpmn:${kind}><bpmn:resourceAssignmentExpression><bpmn:formalExpression>${text}</bpmn:formalExpression></bpmn:resourceAssignmentExpression></bpmn:${kind}>`;
  const { node } = await read(
    around(
      `<bpmn:userTask id="it">${role('humanPerformer', '${boss}')}${role('potentialOwner', 'user(ann), group(clerks), leads')}</bpmn:userTask>`,
    ),
  );

  // then
  const { assignee, candidateUsers, candidateGroups } = node('it').task!;
  assert.equal(assignee?.source, '${boss}');
  assert.deepEqual(
    candidateUsers?.map(({ source }) => source),
    ['ann'],
  );
  assert.deepEqual(
    candidateGroups?.map(({ source }) => source),
    ['clerks', 'leads'],
  );
});

test('data associations of plain BPMN are mappings, those that are only drawn are not', async () => {
  // when
  const { node, errors } = await read(
    around(`<bpmn:userTask id="it">
      <bpmn:ioSpecification><bpmn:dataInput id="i" name="amount"/><bpmn:dataOutput id="o" name="approved"/>
        <bpmn:inputSet/><bpmn:outputSet/></bpmn:ioSpecification>
      <bpmn:property id="drawn" name="__targetRef_placeholder"/>
      <bpmn:dataInputAssociation id="a"><bpmn:sourceRef>ref</bpmn:sourceRef><bpmn:targetRef>i</bpmn:targetRef></bpmn:dataInputAssociation>
      <bpmn:dataInputAssociation id="b"><bpmn:targetRef>i</bpmn:targetRef>
        <bpmn:assignment><bpmn:from>\${sum + 1}</bpmn:from><bpmn:to>amount</bpmn:to></bpmn:assignment></bpmn:dataInputAssociation>
      <bpmn:dataInputAssociation id="c"><bpmn:sourceRef>ref</bpmn:sourceRef><bpmn:targetRef>drawn</bpmn:targetRef></bpmn:dataInputAssociation>
      <bpmn:dataOutputAssociation id="d"><bpmn:sourceRef>o</bpmn:sourceRef><bpmn:targetRef>ref</bpmn:targetRef></bpmn:dataOutputAssociation>
    </bpmn:userTask>
    <bpmn:dataObject id="object" name="invoice sum"/><bpmn:dataObjectReference id="ref" name="Sum" dataObjectRef="object"/>`),
  );

  // then
  assert.deepEqual(errors, []);
  const said = (mappings: Mapping[] | undefined) =>
    mappings?.map(({ target, value }) => [target, (value as Expression).source]);
  assert.deepEqual(said(node('it').inputs), [
    ['amount', "${execution.getVariable('invoice sum')}"],
    ['amount', '${sum + 1}'],
  ]);
  assert.deepEqual(said(node('it').outputs), [['invoice sum', "${execution.getVariable('approved')}"]]);
});

test('multi-instance of the standard: cardinality, data references, completion condition', async () => {
  // when
  const { node, errors } = await read(
    around(`<bpmn:userTask id="it"><bpmn:multiInstanceLoopCharacteristics isSequential="true">
      <bpmn:loopDataInputRef>items</bpmn:loopDataInputRef><bpmn:inputDataItem name="item"/>
      <bpmn:completionCondition>\${nrOfCompletedInstances > 1}</bpmn:completionCondition>
    </bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>`),
  );

  // then
  assert.deepEqual(errors, []);
  assert.deepEqual(node('it').loop, {
    sequential: true,
    collection: { language: 'juel', source: '${items}', line: 4 },
    elementVariable: 'item',
    completionCondition: { language: 'juel', source: '${nrOfCompletedInstances > 1}', line: 6 },
  });
});

test('conditions are written in the language they name', async () => {
  const condition = async (attributes: string, text: string, root = '') => {
    const { process, errors } = await read(
      model(
        `<bpmn:startEvent id="start"/><bpmn:task id="it"/><bpmn:sequenceFlow id="f" sourceRef="start" targetRef="it">
         <bpmn:conditionExpression ${attributes}>${text}</bpmn:conditionExpression></bpmn:sequenceFlow>`,
        { root },
      ),
    );
    return errors[0] ?? [process.flows[0]!.condition?.language, process.flows[0]!.condition?.source];
  };
  assert.deepEqual(await condition('', '${a}'), ['juel', '${a}']);
  assert.deepEqual(await condition('xsi:type="bpmn:tFormalExpression"', '= a > 1'), ['feel', 'a > 1']);
  assert.deepEqual(await condition('language="javascript"', 'a > 1'), ['javascript', 'a > 1']);
  assert.deepEqual(await condition('language="https://www.omg.org/spec/DMN/20191111/FEEL/"', 'a > 1'), [
    'feel',
    'a > 1',
  ]);
  assert.deepEqual(await condition('', 'true'), ['juel', '${true}']);
  assert.deepEqual(await condition('', 'a', 'expressionLanguage="http://www.omg.org/spec/FEEL/20140401"'), [
    'feel',
    'a',
  ]);
  assert.match(
    String(await condition('', 'approved')),
    /flow 'f' \(line 3\): the condition "approved" is no expression/,
  );
  assert.match(String(await condition('language="http://www.w3.org/1999/XPath"', 'a')), /XPath is not run here/);
  assert.match(String(await condition('', '${a >}')), /flow 'f' \(line 4\): /);
  assert.match(
    String(await condition('', 'a', 'modeler:executionPlatform="Camunda Cloud"')),
    /is no FEEL expression; begin it with =/,
  );
});
