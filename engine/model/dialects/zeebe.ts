/** The dialect of Camunda 8: what each attribute and element of the zeebe namespace means here. */

import type { Json, Mapping } from '../../core/types.js';
import type { Extension } from '../element.js';
import { toExpressions } from '../expressions.js';
import type { Dialect, Reading } from './dialect.js';
import { activities, events, flowNodes, forms, loop, work } from './kinds.js';
import { metadata } from './readers.js';

/** Camunda 8 writes the job of a thrown message on the event itself. */
const jobs = [...work, 'scriptTask', 'intermediateThrowEvent', 'endEvent'];
const listeners = 'listeners that are jobs do not run yet; use a service task of its own';

export const zeebe: Dialect = {
  name: 'zeebe',
  prefixes: ['zeebe'],
  notation: 'feel',
  runsByDefault: false,
  namesByReference: false,
  localResults: true,
  traits: { countsItemsFromOne: true },
  startsByItsOnlyEvent: false,
  howToWork: 'set the job type (zeebe:taskDefinition)',
  bareFlowsAreTrue: false,
  attributes: {
    modelerTemplate: { ignored: '' },
    modelerTemplateVersion: { ignored: '' },
    modelerTemplateIcon: { ignored: '' },
  },
  elements: {
    taskDefinition: {
      on: jobs,
      attributes: ['type', 'retries'],
      read: ({ attributes: { type, retries } }, reading) => {
        if (type?.trim()) reading.properties.topic ??= reading.expression(type);
        if (retries?.trim()) reading.properties.retries ??= reading.expression(retries);
      },
    },
    taskHeaders: { on: [...jobs, 'userTask'], read: taskHeaders },
    ioMapping: { on: flowNodes, read: ioMapping },
    subscription: {
      on: ['message'],
      attributes: ['correlationKey'],
      read: ({ attributes: { correlationKey } }, reading) => {
        if (correlationKey?.trim()) reading.properties.correlationKey = reading.expression(correlationKey);
      },
    },
    loopCharacteristics: {
      on: loop,
      attributes: ['inputCollection', 'inputElement', 'outputCollection', 'outputElement'],
      read: loopCharacteristics,
    },
    calledElement: {
      on: ['callActivity'],
      attributes: [
        'processId',
        'processIdExpression',
        'propagateAllChildVariables',
        'propagateAllParentVariables',
        'bindingType',
        'versionTag',
        'businessId',
      ],
      read: calledElement,
    },
    userTask: { on: ['userTask'], ignored: '' },
    assignmentDefinition: {
      on: ['userTask'],
      attributes: ['assignee', 'candidateUsers', 'candidateGroups'],
      read: ({ attributes: { assignee, candidateUsers, candidateGroups } }, { properties, line, expression }) => {
        if (assignee?.trim()) properties.assignee = expression(assignee);
        if (candidateUsers?.trim()) properties.candidateUsers = toExpressions(candidateUsers, line, 'feel');
        if (candidateGroups?.trim()) properties.candidateGroups = toExpressions(candidateGroups, line, 'feel');
      },
    },
    taskSchedule: {
      on: ['userTask'],
      attributes: ['dueDate', 'followUpDate'],
      read: ({ attributes: { dueDate, followUpDate } }, { properties, expression }) => {
        if (dueDate?.trim()) properties.due = expression(dueDate);
        if (followUpDate?.trim()) properties.followUp = expression(followUpDate);
      },
    },
    priorityDefinition: {
      on: ['userTask'],
      attributes: ['priority'],
      read: ({ attributes: { priority } }, { properties, expression }) => {
        if (priority?.trim()) properties.priority = expression(priority);
      },
    },
    formDefinition: {
      on: forms,
      attributes: ['formId', 'formKey', 'externalReference', 'bindingType', 'versionTag'],
      read: ({ attributes: { formId, formKey, externalReference, bindingType } }, { properties, expression }) => {
        const key = formKey ?? externalReference;
        if (key?.trim()) properties.formKey = expression(key);
        if (formId?.trim()) properties.formRef = formId.trim();
        if (bindingType?.trim()) properties.formBinding = bindingType.trim();
      },
    },
    userTaskForm: { on: ['process'], attributes: ['id'], ignored: '' },
    taskListeners: { on: ['userTask'], refused: listeners },
    executionListeners: { refused: listeners },
    calledDecision: {
      on: ['businessRuleTask'],
      refused: 'decisions are not run yet; let a worker decide (zeebe:taskDefinition), or write the rule as a script',
    },
    script: {
      on: ['scriptTask'],
      attributes: ['expression', 'resultVariable'],
      read: ({ attributes: { expression, resultVariable } }, reading) => {
        if (expression?.trim()) reading.properties.script = reading.expression(expression);
        if (resultVariable?.trim()) reading.properties.resultVariable = resultVariable.trim();
      },
    },
    versionTag: {
      on: ['process'],
      attributes: ['value'],
      read: ({ attributes: { value } }, { properties }) => {
        if (value?.trim()) properties.versionTag = value.trim();
      },
    },
    jobPriorityDefinition: {
      attributes: ['priority'],
      read: ({ attributes: { priority } }, { properties, expression }) => {
        if (priority?.trim()) properties.workPriority = expression(priority);
      },
    },
    linkedResources: {
      refused: 'linked resources (RPA scripts) are not read; give the worker what it needs as headers',
    },
    adHoc: { on: ['adHocSubProcess'], ignored: '' },
    agentDefinition: { refused: 'agents are not run; use a service task with a job type' },
    conditionalFilter: {
      on: ['conditionalEventDefinition'],
      attributes: ['variableNames', 'variableEvents'],
      read: ({ attributes: { variableNames } }, { properties }) => {
        if (variableNames?.trim()) properties.variableNames = variableNames.split(',').map(name => name.trim());
      },
    },
    properties: {
      on: ['process', 'collaboration', 'participant', 'lane', ...activities, ...events, ...flowNodes],
      read: metadata,
    },
    modelerConfigurationTemplate: { ignored: '' },
    modelerConfigurationName: { ignored: '' },
    retryCounter: { ignored: '' },
  },
};

function taskHeaders(extension: Extension, { properties }: Reading): void {
  const headers = extension.children.filter(({ name }) => name === 'header');
  properties.headers = {
    ...properties.headers,
    ...Object.fromEntries(headers.map(({ attributes: { key = '', value = '' } }) => [key, value])),
  };
}

function ioMapping(extension: Extension, reading: Reading): void {
  const mappings = (kind: string): Mapping[] =>
    extension.children
      .filter(({ name }) => name === kind)
      .map(({ attributes: { source = '', target = '' }, line }) => ({
        target: target.trim(),
        value: { ...reading.expression(source), line },
      }));
  reading.properties.inputs = gather(mappings('input'));
  reading.properties.outputs = gather(mappings('output')).map(({ target, value }) =>
    'map' in value
      ? { target, value: { language: 'feel', source: mergedWith(target, value.map), line: extension.line } }
      : { target, value },
  );
}

/** Dotted targets make one variable: `from.email` and `from.name` → `from {email, name}`. */
function gather(mappings: Mapping[]): Mapping[] {
  const gathered: Mapping[] = [];
  for (const { target, value } of mappings) {
    const [root = '', ...path] = target.split('.');
    const before = gathered.find(mapping => mapping.target === root);
    if (path.length === 0) gathered.push({ target, value });
    else if (before && 'map' in before.value) put(before.value.map, path, value);
    else {
      const map: MapEntries = [];
      put(map, path, value);
      gathered.push({ target: root, value: { map } });
    }
  }
  return gathered;
}

type MapEntries = Extract<Mapping['value'], { map: unknown }>['map'];

function put(map: MapEntries, [key = '', ...rest]: string[], value: Mapping['value']): void {
  if (rest.length === 0) {
    map.push({ key, value });
    return;
  }
  const before = map.find(entry => entry.key === key);
  const inner: MapEntries = before && 'map' in before.value ? before.value.map : [];
  if (!before) map.push({ key, value: { map: inner } });
  put(inner, rest, value);
}

/** An output `order.total` changes one entry of a variable that may exist: FEEL for "the old context with this in it". */
function mergedWith(path: string, map: MapEntries): string {
  const entries = map.map(({ key, value }) => {
    const text = 'map' in value ? mergedWith(`${path}.${key}`, value.map) : feelOf(value);
    return `${JSON.stringify(key)}: ${text}`;
  });
  return `context merge([if ${path} = null then {} else ${path}, {${entries.join(', ')}}])`;
}

const feelOf = (value: Mapping['value']): string =>
  'source' in value ? (value.language === 'feel' ? `(${value.source})` : JSON.stringify(value.source)) : 'null';

function loopCharacteristics({ attributes }: Extension, { properties, expression }: Reading): void {
  const { inputCollection, inputElement, outputCollection, outputElement } = attributes;
  if (inputCollection?.trim()) properties.collection = expression(inputCollection);
  if (inputElement?.trim()) properties.elementVariable = inputElement.trim();
  if (outputCollection?.trim()) properties.outputCollection = outputCollection.trim();
  if (outputElement?.trim()) properties.outputElement = expression(outputElement);
}

function calledElement({ attributes }: Extension, reading: Reading): void {
  const { properties } = reading;
  const { processId, processIdExpression, bindingType, versionTag, businessId } = attributes;
  const called = processIdExpression !== undefined ? `=${processIdExpression.replace(/^\s*=/, '')}` : processId;
  if (called?.trim()) properties.calledProcess = reading.expression(called);
  if (bindingType?.trim()) properties.binding = bindingType.trim();
  if (versionTag?.trim()) properties.calledVersionTag = reading.expression(versionTag);
  if (businessId?.trim()) properties.businessKey = reading.expression(businessId);
  properties.inAll = attributes.propagateAllParentVariables !== 'false';
  properties.outAll = attributes.propagateAllChildVariables !== 'false';
}

/** The forms that lie in the process itself, by id: `userTaskForm`. */
export function embeddedForms(extensions: Extension[]): Map<string, Json | undefined> {
  return new Map(
    extensions
      .filter(({ prefix, name }) => prefix === 'zeebe' && name === 'userTaskForm')
      .map(({ attributes, text }) => [attributes.id ?? '', parse(text)]),
  );
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
