/** For each attribute and element that a dialect reads: what a modeler writes, and what the Definition says then. */

import type { Expression, Value } from '../../engine/core/types.js';
import type { Compiled } from './xml.js';

export interface Case {
  /** Kind that carries it; default: the first that the table of the dialect names. */
  on?: string;
  /** The attribute's value, or the element as XML. */
  text: string;
  /** What has to stand beside it. */
  attributes?: string;
  extensions?: string;
  says(compiled: Compiled): unknown;
  expected: unknown;
}

type Cases = Record<string, Case>;

const it = ({ node }: Compiled) => node('it');
const source = (value: Value | undefined) => (value && 'source' in value ? value.source : value);
const sources = (list: Expression[] | undefined) => list?.map(source);
const text = (value: string, says: Case['says'], expected: unknown = value, more: Partial<Case> = {}): Case => ({
  text: value,
  says,
  expected,
  ...more,
});

const topic = (compiled: Compiled) => source(it(compiled).job?.topic);
const external = { attributes: 'camunda:type="external" camunda:topic="t"' };
const delegated = (value: string, expected: string) => text(value, topic, expected);
const fields = (compiled: Compiled) => (it(compiled).task?.form ?? it(compiled).form)?.fields;

/** What Camunda 7, Flowable and Activiti write alike. */
const common: Cases = {
  candidateStarterUsers: text('ann, ben', ({ process }) => process.candidateStarterUsers, ['ann', 'ben']),
  candidateStarterGroups: text('clerks', ({ process }) => process.candidateStarterGroups, ['clerks']),
  async: text('true', compiled => it(compiled).asyncBefore, true),
  asyncBefore: text('true', compiled => it(compiled).asyncBefore, true),
  asyncAfter: text('true', compiled => it(compiled).asyncAfter, true),
  formKey: text('embedded:app:form.html', compiled => source(it(compiled).task?.form?.key)),
  initiator: text('starter', compiled => it(compiled).initiator),
  assignee: text('${initiator}', compiled => it(compiled).task?.assignee, {
    language: 'juel',
    source: '${initiator}',
    line: 4,
  }),
  candidateUsers: text(
    'ann, ${f(a, b)}',
    compiled => sources(it(compiled).task?.candidateUsers),
    ['ann', '${f(a, b)}'],
    {
      text: 'ann, ${team.get(a, b)}',
      expected: ['ann', '${team.get(a, b)}'],
    },
  ),
  candidateGroups: text('clerks,leads', compiled => sources(it(compiled).task?.candidateGroups), ['clerks', 'leads']),
  dueDate: text('${dateTime().plusDays(2).toDate()}', compiled => source(it(compiled).task?.due)),
  priority: text('70', compiled => source(it(compiled).task?.priority)),
  class: delegated('org.example.Archive', 'org.example.Archive'),
  delegateExpression: delegated('${loanService}', 'loanService'),
  expression: text('${a + b}', compiled => source(it(compiled).script?.run), '${a + b}', {}),
  resultVariable: text('sum', compiled => it(compiled).script?.resultVariable, 'sum', { on: 'scriptTask' }),
  resultVariableName: text('sum', compiled => it(compiled).script?.resultVariable, 'sum', { on: 'scriptTask' }),
  calledElementBinding: text('deployment', compiled => it(compiled).call?.binding),
  collection: text('items', compiled => source(it(compiled).loop?.collection), '${items}'),
  elementVariable: text('item', compiled => it(compiled).loop?.elementVariable),
  errorCodeVariable: text('code', ({ node }) => node('caught').event?.codeVariable),
};

const listeners = (prefix: string): Cases => ({
  executionListener: text(
    `<${prefix}:executionListener event="start" expression="\${x}"/>`,
    compiled => it(compiled).listeners?.map(({ event, run }) => [event, run.language, run.source]),
    [['start', 'juel', '${x}']],
    { on: 'task' },
  ),
  taskListener: text(
    `<${prefix}:taskListener event="create"><${prefix}:script scriptFormat="javascript">1 + 1</${prefix}:script></${prefix}:taskListener>`,
    compiled => it(compiled).task?.listeners?.map(({ event, run }) => [event, run.language, run.source]),
    [['create', 'javascript', '1 + 1']],
  ),
  properties: text(
    `<${prefix}:properties><${prefix}:property name="colour" value="red"/></${prefix}:properties>`,
    compiled => it(compiled).properties,
    { colour: 'red' },
    { on: 'task' },
  ),
  in: text(
    `<${prefix}:in source="a" target="b"/><${prefix}:in sourceExpression="\${a + 1}" target="c"/><${prefix}:in variables="all"/>`,
    compiled => [it(compiled).call?.in.map(({ target, value }) => [target, source(value)]), it(compiled).call?.inAll],
    [
      [
        ['b', "${execution.getVariable('a')}"],
        ['c', '${a + 1}'],
      ],
      true,
    ],
  ),
  out: text(
    `<${prefix}:out source="a" target="b"/>`,
    compiled => it(compiled).call?.out.map(({ target, value }) => [target, source(value)]),
    [['b', "${execution.getVariable('a')}"]],
  ),
  formData: text(
    `<${prefix}:formData><${prefix}:formField id="amount" label="Amount" type="long" defaultValue="5"/></${prefix}:formData>`,
    compiled => fields(compiled)?.map(field => [field.id, field.label, field.type, source(field.default)]),
    [['amount', 'Amount', 'long', '5']],
  ),
  formProperty: text(
    `<${prefix}:formProperty id="a" name="A" type="enum" required="true" writable="false"><${prefix}:value id="x" name="X"/></${prefix}:formProperty>`,
    fields,
    [
      {
        id: 'a',
        type: 'enum',
        label: 'A',
        values: [{ id: 'x', name: 'X' }],
        constraints: [{ name: 'required' }],
        writable: false,
      },
    ],
  ),
  failedJobRetryTimeCycle: text(
    `<${prefix}:failedJobRetryTimeCycle>R3/PT10S</${prefix}:failedJobRetryTimeCycle>`,
    compiled => source(it(compiled).retryCycle),
    'R3/PT10S',
    { on: 'task' },
  ),
  potentialStarter: text(
    `<${prefix}:potentialStarter><bpmn:resourceAssignmentExpression><bpmn:formalExpression>user(ann), group(clerks)</bpmn:formalExpression></bpmn:resourceAssignmentExpression></${prefix}:potentialStarter>`,
    ({ process }) => [process.candidateStarterUsers, process.candidateStarterGroups],
    [['ann'], ['clerks']],
  ),
});

const camundaAttributes: Cases = {
  ...common,
  historyTimeToLive: text('P30D', ({ process }) => process.historyTimeToLive),
  versionTag: text('v2', ({ process }) => process.versionTag),
  isStartableInTasklist: text('false', ({ process }) => process.startableInTasklist, false),
  jobPriority: text('5', ({ node }) => source(node('p').jobPriority)),
  taskPriority: text('${prio}', compiled => source(it(compiled).job?.priority), '${prio}', {
    on: 'serviceTask',
    ...external,
  }),
  formRef: text('ask', compiled => it(compiled).task?.form?.ref),
  formRefBinding: text('deployment', compiled => it(compiled).task?.form?.binding),
  formRefVersion: text('3', compiled => it(compiled).task?.form?.version, 3),
  followUpDate: text('P1D', compiled => source(it(compiled).task?.followUp)),
  type: text('external', topic, 't', { attributes: 'camunda:topic="t"' }),
  topic: text('charge-${region}', topic),
  resource: text(
    'deployment://x.js',
    ({ errors }) => errors[0],
    'scriptTask \'it\' (line 4): the deployment has no file "x.js"; deploy it together with the model',
    { on: 'scriptTask' },
  ),
  calledElementVersion: text('3', compiled => source(it(compiled).call?.version), '3', {
    attributes: 'camunda:calledElementBinding="version"',
  }),
  calledElementVersionTag: text('v2', compiled => source(it(compiled).call?.versionTag), 'v2', {
    attributes: 'camunda:calledElementBinding="versionTag"',
  }),
  errorMessageVariable: text('message', ({ node }) => node('caught').event?.messageVariable),
  errorMessage: text('${why}', compiled => source(it(compiled).event?.message)),
  escalationCodeVariable: text('code', ({ node }) => node('caught').event?.codeVariable),
  variableName: text('x', compiled => it(compiled).event?.variableNames, ['x']),
};

const camundaElements: Cases = {
  ...listeners('camunda'),
  inputOutput: text(
    `<camunda:inputOutput>
       <camunda:inputParameter name="text">plain</camunda:inputParameter>
       <camunda:inputParameter name="sum">\${a + b}</camunda:inputParameter>
       <camunda:inputParameter name="script"><camunda:script scriptFormat="javascript">1</camunda:script></camunda:inputParameter>
       <camunda:inputParameter name="list"><camunda:list><camunda:value>a</camunda:value><camunda:script scriptFormat="feel">2</camunda:script></camunda:list></camunda:inputParameter>
       <camunda:inputParameter name="map"><camunda:map><camunda:entry key="k">v</camunda:entry></camunda:map></camunda:inputParameter>
       <camunda:outputParameter name="result">\${x}</camunda:outputParameter>
     </camunda:inputOutput>`,
    compiled =>
      [it(compiled).inputs, it(compiled).outputs].map(list =>
        JSON.parse(JSON.stringify(list, (key, value) => (key === 'line' ? undefined : value))),
      ),
    [
      [
        { target: 'text', value: { language: 'literal', source: 'plain' } },
        { target: 'sum', value: { language: 'juel', source: '${a + b}' } },
        { target: 'script', value: { language: 'javascript', source: '1' } },
        {
          target: 'list',
          value: {
            list: [
              { language: 'literal', source: 'a' },
              { language: 'feel', source: '2' },
            ],
          },
        },
        { target: 'map', value: { map: [{ key: 'k', value: { language: 'literal', source: 'v' } }] } },
      ],
      [{ target: 'result', value: { language: 'juel', source: '${x}' } }],
    ],
    { on: 'task' },
  ),
  field: text(
    '<camunda:field name="to" stringValue="ann"/><camunda:field name="text"><camunda:expression>${body}</camunda:expression></camunda:field>',
    compiled => [it(compiled).job?.headers, it(compiled).inputs?.map(({ target, value }) => [target, source(value)])],
    [{ to: 'ann' }, [['text', '${body}']]],
    external,
  ),
  connector: text(
    '<camunda:connector><camunda:connectorId>http-connector</camunda:connectorId><camunda:inputOutput><camunda:inputParameter name="url">http://x</camunda:inputParameter></camunda:inputOutput></camunda:connector>',
    compiled => [topic(compiled), it(compiled).job?.headers],
    ['http-connector', { url: 'http://x' }],
  ),
};

const flowableAttributes = (prefix: string): Cases => ({
  ...common,
  asyncLeave: text('true', compiled => it(compiled).asyncAfter, true),
  assignee: text('$INITIATOR', compiled => source(it(compiled).task?.assignee), '${initiator}'),
  type: text('external-worker', topic, 't', { attributes: `${prefix}:topic="t"` }),
  topic: text('charge', topic),
  calledElementType: text('key', compiled => source(it(compiled).call?.process), 'other'),
  inheritVariables: text('true', compiled => it(compiled).call?.inAll, true),
  businessKey: text('${key}', compiled => source(it(compiled).call?.businessKey)),
  inheritBusinessKey: text(
    'true',
    compiled => source(it(compiled).call?.businessKey),
    '${execution.processBusinessKey}',
  ),
  elementIndexVariable: text('n', compiled => it(compiled).loop?.elementIndexVariable),
  errorVariableName: text('code', ({ node }) => node('caught').event?.codeVariable),
  signalExpression: text('${alarm}', compiled => source(it(compiled).event?.name)),
  messageExpression: text('${hello}', compiled => source(it(compiled).event?.name)),
  correlationKey: text('${order}', compiled => source(it(compiled).event?.correlationKey)),
  scope: text('global', compiled => source(it(compiled).event?.name), 'alarm'),
  terminateAll: text('false', compiled => it(compiled).event?.type, 'terminate'),
  terminateMultiInstance: text('false', compiled => it(compiled).event?.type, 'terminate'),
});

const flowableElements = (prefix: string): Cases => ({
  ...listeners(prefix),
  field: text(
    `<${prefix}:field name="to"><${prefix}:string>ann</${prefix}:string></${prefix}:field>`,
    compiled => it(compiled).job?.headers,
    { to: 'ann' },
    { attributes: `${prefix}:class="org.example.Mail"` },
  ),
});

const zeebeElements: Cases = {
  taskDefinition: text(
    '<zeebe:taskDefinition type="= kind" retries="5"/>',
    compiled => [it(compiled).job?.topic, source(it(compiled).job?.retries)],
    [{ language: 'feel', source: 'kind', line: 4 }, '5'],
  ),
  taskHeaders: text(
    '<zeebe:taskHeaders><zeebe:header key="url" value="http://x"/></zeebe:taskHeaders>',
    compiled => it(compiled).job?.headers,
    { url: 'http://x' },
    { extensions: '<zeebe:taskDefinition type="t"/>' },
  ),
  ioMapping: text(
    '<zeebe:ioMapping><zeebe:input source="= a" target="from.email"/><zeebe:input source="Ann" target="from.name"/><zeebe:output source="= b" target="c"/></zeebe:ioMapping>',
    ({ node }) => [
      node('it').inputs,
      node('it').outputs?.map(({ target, value }) => [target, source(value)]),
      node('it').localResults,
    ],
    [
      [
        {
          target: 'from',
          value: {
            map: [
              { key: 'email', value: { language: 'feel', source: 'a', line: 4 } },
              { key: 'name', value: { language: 'literal', source: 'Ann', line: 4 } },
            ],
          },
        },
      ],
      [['c', 'b']],
      true,
    ],
    { on: 'task' },
  ),
  subscription: text(
    '<zeebe:subscription correlationKey="= orderId"/>',
    compiled => source(it(compiled).event?.correlationKey),
    'orderId',
  ),
  loopCharacteristics: text(
    '<zeebe:loopCharacteristics inputCollection="= items" inputElement="item" outputCollection="results" outputElement="= result"/>',
    compiled => {
      const { collection, elementVariable, outputCollection, outputElement } = it(compiled).loop!;
      return [source(collection), elementVariable, outputCollection, source(outputElement)];
    },
    ['items', 'item', 'results', 'result'],
  ),
  calledElement: text(
    '<zeebe:calledElement processId="= child" propagateAllChildVariables="false"/>',
    compiled => [source(it(compiled).call?.process), it(compiled).call?.inAll, it(compiled).call?.outAll],
    ['child', true, undefined],
  ),
  assignmentDefinition: text(
    '<zeebe:assignmentDefinition assignee="= boss" candidateUsers="ann,ben" candidateGroups="= groups"/>',
    compiled => {
      const { assignee, candidateUsers, candidateGroups } = it(compiled).task!;
      return [source(assignee), sources(candidateUsers), sources(candidateGroups)];
    },
    ['boss', ['ann', 'ben'], ['groups']],
  ),
  taskSchedule: text(
    '<zeebe:taskSchedule dueDate="2026-03-01T12:00Z" followUpDate="= then"/>',
    compiled => [source(it(compiled).task?.due), source(it(compiled).task?.followUp)],
    ['2026-03-01T12:00Z', 'then'],
  ),
  priorityDefinition: text(
    '<zeebe:priorityDefinition priority="70"/>',
    compiled => source(it(compiled).task?.priority),
    '70',
  ),
  formDefinition: text(
    '<zeebe:formDefinition formId="ask" bindingType="deployment"/>',
    compiled => it(compiled).task?.form,
    {
      ref: 'ask',
      binding: 'deployment',
    },
  ),
  script: text(
    '<zeebe:script expression="= a + b" resultVariable="sum"/>',
    compiled => [source(it(compiled).script?.run), it(compiled).script?.resultVariable],
    ['a + b', 'sum'],
  ),
  versionTag: text('<zeebe:versionTag value="v2"/>', ({ process }) => process.versionTag, 'v2'),
  jobPriorityDefinition: text(
    '<zeebe:jobPriorityDefinition priority="7"/>',
    compiled => source(it(compiled).job?.priority),
    '7',
    {
      on: 'serviceTask',
      extensions: '<zeebe:taskDefinition type="t"/>',
    },
  ),
  conditionalFilter: text(
    '<zeebe:conditionalFilter variableNames="a, b"/>',
    compiled => it(compiled).event?.variableNames,
    ['a', 'b'],
  ),
  properties: text(
    '<zeebe:properties><zeebe:property name="colour" value="red"/></zeebe:properties>',
    compiled => it(compiled).properties,
    { colour: 'red' },
    { on: 'task' },
  ),
};

/** Dialect → attribute or element → case. */
export const cases: Record<string, { attributes: Cases; elements: Cases }> = {
  camunda: { attributes: camundaAttributes, elements: camundaElements },
  flowable: { attributes: flowableAttributes('flowable'), elements: flowableElements('flowable') },
  activiti: { attributes: flowableAttributes('activiti'), elements: flowableElements('activiti') },
  zeebe: { attributes: {}, elements: zeebeElements },
};
