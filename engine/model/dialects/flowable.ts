/** The dialects of Flowable and of Activiti, whose names are a subset: what each attribute and element means here. */

import type { Dialect, Reading } from './dialect.js';
import { activities, flowNodes, forms, loop, work } from './kinds.js';
import {
  delegate,
  executionListener,
  field,
  formData,
  formProperty,
  inOrOut,
  javaClass,
  metadata,
  potentialStarter,
  retryCycle,
  taskExpression,
  taskListener,
} from './readers.js';

/** `flowable:type`. */
function implementationType(value: string, reading: Reading): void {
  if (value === 'external-worker' || value === 'external') reading.properties.needsTopic = `type="${value}"`;
  else
    reading.refuse(`type="${value}" is not run here; use type="external-worker" with a topic, and let a worker do it`);
}

const skip = 'skipping by expression is not done; put an exclusive gateway before it';
const eventRegistry = 'the event registry is not read; use a message event';
const rules = 'business rules of a rule engine are not run; use type="external-worker" with a topic';

export const flowable: Dialect = {
  name: 'flowable',
  prefixes: ['flowable'],
  notation: 'juel',
  runsByDefault: true,
  namesByReference: true,
  localResults: false,
  traits: {},
  startsByItsOnlyEvent: false,
  howToWork: 'set flowable:type="external-worker" and flowable:topic',
  bareFlowsAreTrue: true,
  attributes: {
    // process
    candidateStarterUsers: { on: ['process'], to: 'candidateStarterUsers', as: 'words' },
    candidateStarterGroups: { on: ['process'], to: 'candidateStarterGroups', as: 'words' },
    isEagerExecutionFetching: { ignored: '' },
    // continuation
    async: { on: [...flowNodes, 'signalEventDefinition'], to: 'asyncBefore', as: 'flag' },
    asyncBefore: { on: flowNodes, to: 'asyncBefore', as: 'flag' },
    asyncAfter: { on: flowNodes, to: 'asyncAfter', as: 'flag' },
    asyncLeave: { on: flowNodes, to: 'asyncAfter', as: 'flag' },
    exclusive: { ignored: '' },
    asyncLeaveExclusive: { ignored: '' },
    parallelInSameTransaction: { ignored: '' },
    noWaitStatesAsyncLeave: { ignored: '' },
    // forms
    formKey: { on: forms, to: 'formKey', as: 'expression' },
    formFieldValidation: { ignored: '' },
    sameDeployment: { ignored: 'the newest version counts' },
    initiator: { on: ['startEvent'], to: 'initiator', as: 'text' },
    // people
    assignee: {
      on: ['userTask'],
      // The Flowable modeler writes $INITIATOR for the variable that the start event names.
      read: (value, { properties, expression }) => {
        if (value.trim()) properties.assignee ??= expression(value.trim() === '$INITIATOR' ? '${initiator}' : value);
      },
    },
    owner: { on: ['userTask'], ignored: 'a task gets its owner when it is delegated' },
    candidateUsers: { on: ['userTask'], to: 'candidateUsers', as: 'expressions' },
    candidateGroups: { on: ['userTask'], to: 'candidateGroups', as: 'expressions' },
    dueDate: { on: ['userTask'], to: 'due', as: 'expression' },
    priority: { on: ['userTask'], to: 'priority', as: 'expression' },
    category: { ignored: '' },
    extensionId: { ignored: '' },
    businessCalendarName: {
      refused: 'business calendars are not read; write the due date as a date, duration or expression',
    },
    taskIdVariableName: { on: ['userTask'], refused: 'the id of a task is not put into a variable; remove it' },
    taskCompleterVariableName: { on: ['userTask'], refused: 'the completer is not put into a variable yet; remove it' },
    skipExpression: { refused: skip },
    // what runs
    class: { on: work, read: javaClass },
    delegateExpression: { on: work, read: delegate },
    expression: { on: work, read: taskExpression },
    type: { on: work, read: implementationType },
    topic: { on: work, to: 'topic', as: 'expression' },
    resultVariable: { on: ['scriptTask', ...work], to: 'resultVariable', as: 'text' },
    resultVariableName: { on: ['scriptTask', ...work], to: 'resultVariable', as: 'text' },
    useLocalScopeForResultVariable: {
      refused: 'the result goes to where the variable is defined, else to the process; remove it',
    },
    storeResultVariableAsTransient: { refused: 'there are no transient variables; remove it' },
    triggerable: { on: work, refused: 'a service task does not wait for a trigger; put a receive task behind it' },
    doNotIncludeVariables: { ignored: 'workers name the variables that they fetch' },
    autoStoreVariables: { on: ['scriptTask'], ignored: 'a script stores what it sets with execution.setVariable' },
    httpRequestHandler: { ignored: '' },
    httpResponseHandler: { ignored: '' },
    ruleVariablesInput: { on: work, refused: rules },
    rules: { on: work, refused: rules },
    exclude: { on: work, ignored: '' },
    // call activity
    calledElementType: { on: ['callActivity'], read: calledBy },
    calledElementBinding: { on: ['callActivity'], to: 'binding', as: 'text' },
    processInstanceName: { on: ['callActivity'], ignored: 'instances have no name of their own' },
    inheritVariables: { on: ['callActivity'], to: 'inAll', as: 'flag' },
    businessKey: { on: ['callActivity'], to: 'businessKey', as: 'expression' },
    inheritBusinessKey: { on: ['callActivity'], read: inheritBusinessKey },
    fallbackToDefaultTenant: { on: ['callActivity'], ignored: 'the process of the own tenant counts' },
    idVariableName: {
      on: ['callActivity'],
      refused: 'the id of the called instance is not put into a variable; remove it',
    },
    useLocalScopeForOutParameters: {
      on: ['callActivity'],
      refused: 'results go to where the variable is defined, else to the process; remove it',
    },
    completeAsync: { on: ['callActivity'], ignored: '' },
    caseDefinitionKey: { refused: 'cases (CMMN) are not run; call a process' },
    caseInstanceName: { ignored: '' },
    // multi-instance
    collection: { on: loop, to: 'collection', as: 'variable' },
    elementVariable: { on: loop, to: 'elementVariable', as: 'text' },
    elementIndexVariable: { on: loop, to: 'elementIndexVariable', as: 'text' },
    // events
    errorVariableName: { on: ['errorEventDefinition'], to: 'codeVariable', as: 'text' },
    errorVariableTransient: { ignored: '' },
    errorVariableLocalScope: { ignored: '' },
    errorCodeVariable: { on: ['errorEventDefinition'], to: 'codeVariable', as: 'text' },
    signalExpression: { on: ['signalEventDefinition'], to: 'signalName', as: 'expression' },
    messageExpression: { on: ['messageEventDefinition'], to: 'messageName', as: 'expression' },
    correlationKey: { on: ['messageEventDefinition'], to: 'correlationKey', as: 'expression' },
    scope: {
      on: ['signal'],
      read: (value, reading) => {
        if (value === 'processInstance')
          reading.refuse(
            'scope="processInstance": a signal reaches everyone of the tenant; use a message or an escalation',
          );
      },
    },
    terminateAll: {
      on: ['terminateEventDefinition'],
      read: (value, reading) => {
        if (value === 'true') reading.refuse('terminateAll is not done yet; terminate ends its own scope');
      },
    },
    terminateMultiInstance: {
      on: ['terminateEventDefinition'],
      read: (value, reading) => {
        if (value === 'true') reading.refuse('terminateMultiInstance is not done; use a completionCondition');
      },
    },
    endDate: {
      on: ['timerEventDefinition', 'expression', 'formalExpression'],
      refused: 'an end date of a cycle is not read; write R<n>/…',
    },
    // event registry
    eventType: { refused: eventRegistry },
    triggerEventType: { refused: eventRegistry },
    sendSynchronously: { ignored: '' },
  },
  elements: {
    executionListener: {
      attributes: ['event', 'expression', 'class', 'delegateExpression', 'type', 'onTransaction'],
      read: executionListener,
    },
    taskListener: {
      on: ['userTask'],
      attributes: ['event', 'expression', 'class', 'delegateExpression', 'type', 'onTransaction'],
      read: taskListener,
    },
    in: {
      on: ['callActivity'],
      attributes: ['source', 'sourceExpression', 'target', 'targetExpression', 'transient', 'variables'],
      read: inOrOut('in'),
    },
    out: {
      on: ['callActivity'],
      attributes: ['source', 'sourceExpression', 'target', 'targetExpression', 'transient', 'variables'],
      read: inOrOut('out'),
    },
    properties: { read: metadata },
    formData: { on: forms, read: formData },
    formProperty: { on: forms, read: formProperty },
    field: { on: work, attributes: ['name', 'stringValue', 'expression'], read: field },
    failedJobRetryTimeCycle: { on: flowNodes, read: retryCycle },
    potentialStarter: { on: ['process'], read: potentialStarter },
    eventListener: { refused: 'engine event listeners do not run; use execution listeners, or the events of the API' },
    customResource: { on: ['userTask'], ignored: 'only assignee and candidates count' },
    mapException: { on: activities, refused: 'Java exceptions do not exist here; let the worker throw the BPMN error' },
    externalWorkerInParameter: { refused: 'a worker gets the variables that it asks for; remove it' },
    externalWorkerOutParameter: { refused: 'a worker’s variables are set as it names them; remove it' },
    collection: {
      on: loop,
      refused: 'a collection by Java code is not read; name a variable in the attribute collection',
    },
    variableAggregation: {
      on: loop,
      refused: 'variable aggregation is not done yet; collect the results in a variable',
    },
    variableListenerEventDefinition: { refused: 'variable listener events are not read; use a conditional event' },
    eventType: { refused: eventRegistry },
    triggerEventType: { refused: eventRegistry },
    historyLevel: { ignored: '' },
    localization: { ignored: '' },
  },
};

function calledBy(value: string, reading: Reading): void {
  if (value !== 'key') reading.refuse(`calledElementType="${value}": a process is called by its key`);
}

function inheritBusinessKey(value: string, reading: Reading): void {
  if (value === 'true') reading.properties.businessKey ??= reading.expression('${execution.processBusinessKey}');
}

export const activiti: Dialect = {
  ...flowable,
  name: 'activiti',
  prefixes: ['activiti'],
  howToWork: 'name the Java class or delegate whose work a worker does (activiti:class, activiti:delegateExpression)',
};
