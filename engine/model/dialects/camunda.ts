/** The dialect of Camunda 7, Operaton and Fluxnova: what each attribute and element of their namespaces means here. */

import type { Dialect, Reading } from './dialect.js';
import { activities, flowNodes, forms, loop, work } from './kinds.js';
import {
  delegate,
  executionListener,
  field,
  formData,
  formProperty,
  inOrOut,
  inputOutput,
  javaClass,
  metadata,
  potentialStarter,
  retryCycle,
  taskExpression,
  taskListener,
} from './readers.js';

const decision =
  'decisions are not run yet; let a worker decide (type="external" with a topic), or write the rule as an expression';

/** `camunda:type`. */
function implementationType(value: string, reading: Reading): void {
  if (value === 'external') reading.properties.needsTopic = 'type="external"';
  else reading.refuse(`type="${value}" is not run here; use type="external" with a topic, and let a worker do it`);
}

export const camunda: Dialect = {
  name: 'camunda',
  prefixes: ['camunda', 'operaton', 'fluxnova'],
  notation: 'juel',
  runsByDefault: false,
  namesByReference: true,
  localResults: false,
  traits: {
    concludesCancelled: true,
    endsUncaught: true,
    passesOutputsOfErrors: true,
    takesBareFlows: true,
    refusesOutputsOfItems: true,
    joinsAllThatMayCome: true,
    receivesTriggers: true,
  },
  startsByItsOnlyEvent: true,
  howToWork: 'set a topic (camunda:type="external" and camunda:topic)',
  bareFlowsAreTrue: false,
  attributes: {
    // process
    diagramRelationId: { ignored: '' },
    historyTimeToLive: { on: ['process'], to: 'historyTimeToLive', as: 'text' },
    versionTag: { on: ['process'], to: 'versionTag', as: 'text' },
    candidateStarterUsers: { on: ['process'], to: 'candidateStarterUsers', as: 'words' },
    candidateStarterGroups: { on: ['process'], to: 'candidateStarterGroups', as: 'words' },
    isStartableInTasklist: { on: ['process'], to: 'startableInTasklist', as: 'flag' },
    // continuation
    async: { on: [...flowNodes, ...loop, 'signalEventDefinition'], to: 'asyncBefore', as: 'flag' },
    asyncBefore: { on: [...flowNodes, ...loop], to: 'asyncBefore', as: 'flag' },
    asyncAfter: { on: [...flowNodes, ...loop], to: 'asyncAfter', as: 'flag' },
    exclusive: { ignored: '' },
    jobPriority: { on: ['process', ...flowNodes], to: 'jobPriority', as: 'expression' },
    taskPriority: { on: ['process', ...work], to: 'workPriority', as: 'expression' },
    // forms
    formKey: { on: forms, to: 'formKey', as: 'expression' },
    formRef: { on: forms, to: 'formRef', as: 'text' },
    formRefBinding: { on: forms, to: 'formBinding', as: 'text' },
    formRefVersion: { on: forms, to: 'formVersion', as: 'text' },
    formHandlerClass: { on: forms, refused: 'Java code for forms does not run here; use formRef, formKey or formData' },
    initiator: { on: ['startEvent'], to: 'initiator', as: 'text' },
    // people
    assignee: { on: ['userTask'], to: 'assignee', as: 'expression' },
    candidateUsers: { on: ['userTask'], to: 'candidateUsers', as: 'expressions' },
    candidateGroups: { on: ['userTask'], to: 'candidateGroups', as: 'expressions' },
    dueDate: { on: ['userTask'], to: 'due', as: 'expression' },
    followUpDate: { on: ['userTask'], to: 'followUp', as: 'expression' },
    priority: { on: ['userTask'], to: 'priority', as: 'expression' },
    // what runs
    class: { on: work, read: javaClass },
    delegateExpression: { on: work, read: delegate },
    expression: { on: work, read: taskExpression },
    type: { on: work, read: implementationType },
    topic: { on: work, to: 'topic', as: 'expression' },
    resultVariable: { on: ['scriptTask', ...work], to: 'resultVariable', as: 'text' },
    resultVariableName: { on: ['scriptTask', ...work], to: 'resultVariable', as: 'text' },
    resource: { to: 'resource', as: 'text' },
    decisionRef: { on: ['businessRuleTask'], refused: decision },
    decisionRefBinding: { ignored: '' },
    decisionRefVersion: { ignored: '' },
    decisionRefVersionTag: { ignored: '' },
    decisionRefTenantId: { ignored: '' },
    mapDecisionResult: { ignored: '' },
    // call activity
    calledElementBinding: { on: ['callActivity'], to: 'binding', as: 'text' },
    calledElementVersion: { on: ['callActivity'], to: 'calledVersion', as: 'expression' },
    calledElementVersionTag: { on: ['callActivity'], to: 'calledVersionTag', as: 'expression' },
    calledElementTenantId: { on: ['callActivity'], refused: 'a process of another tenant cannot be called; remove it' },
    caseRef: { on: ['callActivity'], refused: 'cases (CMMN) are not run; call a process' },
    caseBinding: { ignored: '' },
    caseVersion: { ignored: '' },
    caseTenantId: { ignored: '' },
    variableMappingClass: {
      on: ['callActivity'],
      refused: 'Java code does not run here; map with <camunda:in> and <camunda:out>',
    },
    variableMappingDelegateExpression: {
      on: ['callActivity'],
      refused: 'Java code does not run here; map with <camunda:in> and <camunda:out>',
    },
    // multi-instance
    collection: { on: loop, to: 'collection', as: 'variable' },
    elementVariable: { on: loop, to: 'elementVariable', as: 'text' },
    // events
    errorCodeVariable: { on: ['errorEventDefinition'], to: 'codeVariable', as: 'text' },
    errorMessageVariable: { on: ['errorEventDefinition'], to: 'messageVariable', as: 'text' },
    errorMessage: { on: ['error'], to: 'errorMessage', as: 'expression' },
    escalationCodeVariable: { on: ['escalationEventDefinition'], to: 'codeVariable', as: 'text' },
    variableName: { on: ['conditionalEventDefinition'], to: 'variableNames', as: 'words' },
    variableEvents: {
      on: ['conditionalEventDefinition'],
      ignored: 'the condition is looked at after every change of a variable',
    },
    // templates of the modeler
    modelerTemplate: { ignored: '' },
    modelerTemplateVersion: { ignored: '' },
    modelerTemplateIcon: { ignored: '' },
    // data properties of old versions
    src: { ignored: 'data properties of old versions have no effect' },
    srcExpr: { ignored: 'data properties of old versions have no effect' },
    dst: { ignored: 'data properties of old versions have no effect' },
    dstExpr: { ignored: 'data properties of old versions have no effect' },
    link: { ignored: 'data properties of old versions have no effect' },
    linkExpr: { ignored: 'data properties of old versions have no effect' },
    autoComplete: { on: ['adHocSubProcess'], ignored: '' },
  },
  elements: {
    executionListener: { attributes: ['event', 'expression', 'class', 'delegateExpression'], read: executionListener },
    taskListener: {
      on: ['userTask'],
      attributes: ['id', 'event', 'expression', 'class', 'delegateExpression'],
      read: taskListener,
    },
    inputOutput: { on: flowNodes, read: inputOutput },
    in: {
      on: ['callActivity', 'signalEventDefinition'],
      attributes: ['source', 'sourceExpression', 'target', 'variables', 'local', 'businessKey'],
      read: inOrOut('in'),
    },
    out: {
      on: ['callActivity'],
      attributes: ['source', 'sourceExpression', 'target', 'variables', 'local'],
      read: inOrOut('out'),
    },
    properties: { read: metadata },
    formData: { on: forms, attributes: ['businessKey'], read: formData },
    formProperty: { on: forms, read: formProperty },
    field: { on: work, attributes: ['name', 'stringValue', 'expression'], read: field },
    failedJobRetryTimeCycle: { on: [...flowNodes, ...loop], read: retryCycle },
    potentialStarter: { on: ['process'], read: potentialStarter },
    connector: { on: work, read: connector },
    errorEventDefinition: {
      on: activities,
      refused: 'errors by expression on a worker’s result are not read yet; let the worker throw the BPMN error',
    },
  },
};

/** `connector`: a job for a worker that knows the connector; its inputs are headers where they are plain texts. */
function connector(extension: Parameters<typeof inputOutput>[0], reading: Reading): void {
  const id = extension.children.find(child => child.name === 'connectorId')?.text.trim();
  const parameters = extension.children.find(child => child.name === 'inputOutput')?.children ?? [];
  const dynamic = parameters.find(
    ({ name, text, children }) => name !== 'inputParameter' || children.length > 0 || /[$#]\{/.test(text),
  );
  if (!id || dynamic) {
    reading.refuse(
      `the connector "${id ?? ''}" is not run here${dynamic ? ` with the parameter "${dynamic.attributes.name}"` : ''}; use type="external" with a topic, and let a worker do it`,
    );
    return;
  }
  reading.properties.topic ??= { language: 'literal', source: id, line: extension.line };
  reading.properties.headers = {
    ...reading.properties.headers,
    ...Object.fromEntries(parameters.map(({ attributes, text }) => [attributes.name ?? '', text.trim()])),
  };
}
