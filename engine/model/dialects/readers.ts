/** Readers that the Camunda 7, Flowable and Activiti dialects share: listeners, mappings, forms, delegates. */

import type { Expression, FormField, Listener, Mapping, Value } from '../../core/types.js';
import type { Extension } from '../element.js';
import { languageOf } from '../expressions.js';
import { didYouMean } from '../problems.js';
import { scriptFrom } from '../scripts.js';
import type { Reading } from './dialect.js';

const named = (extension: Extension, name: string) => extension.children.filter(child => child.name === name);

/** What a node runs: the first that says so counts, as in Camunda 7. */
export function runsTopic(name: string, reading: Reading): void {
  const { properties } = reading;
  if (properties.script || properties.topic) return;
  properties.topic = { language: 'literal', source: name.trim(), line: reading.line };
}

/** `camunda:class`: a worker of any language takes the jobs whose topic is the class name. */
export const javaClass = (value: string, reading: Reading): void => runsTopic(value, reading);

/** `${loanService}` → topic `loanService`. */
export const delegate = (value: string, reading: Reading): void =>
  runsTopic(value.trim().replace(/^[$#]\{\s*(.*?)\s*\}$/s, '$1'), reading);

/** `camunda:expression` of a task: evaluated in place of work. */
export function taskExpression(value: string, reading: Reading): void {
  const { properties } = reading;
  if (properties.script || properties.topic) return;
  properties.script = reading.expression(value);
}

/** A `script` element: its Expression, or undefined when it was refused. */
export function scriptOf(extension: Extension, reading: Reading): Expression | undefined {
  const { resource, scriptFormat } = extension.attributes;
  const script = resource === undefined ? { source: extension.text } : scriptFrom(resource, reading.scripts);
  if ('refused' in script) {
    reading.refuse(script.refused);
    return undefined;
  }
  const found = languageOf(scriptFormat ?? 'javascript');
  if ('refused' in found) {
    reading.refuse(`scriptFormat "${scriptFormat}": ${found.refused}`);
    return undefined;
  }
  return { language: found.language, source: script.source, line: extension.line };
}

const listenerKinds = {
  executionListener: { called: 'an executionListener', events: ['start', 'end', 'take'] },
  taskListener: { called: 'a taskListener', events: ['create', 'complete', 'delete'] },
} as const;

/** An execution or task listener with an expression or a script. */
function listener(kind: keyof typeof listenerKinds, extension: Extension, reading: Reading): Listener | undefined {
  const { event, expression, class: javaName, delegateExpression } = extension.attributes;
  const { called } = listenerKinds[kind];
  const known: readonly string[] = listenerKinds[kind].events;
  if (event === undefined || !known.includes(event)) {
    reading.refuse(
      `${called} for the event "${event ?? ''}" does not run; the events are ${known.join(', ')}${didYouMean(event ?? '', known)}`,
    );
    return undefined;
  }
  const java = javaName ?? delegateExpression;
  if (java !== undefined) {
    reading.refuse(
      `${called} with Java code (${java}) does not run here; use an expression or a script in it, or a service task of its own`,
    );
    return undefined;
  }
  const script = named(extension, 'script')[0];
  const run = expression !== undefined ? reading.expression(expression) : script && scriptOf(script, reading);
  if (!run) {
    if (!script) reading.refuse(`${called} says nothing about what runs; give it an expression or a script`);
    return undefined;
  }
  return { event: event as Listener['event'], run: { ...run, line: extension.line } };
}

export function executionListener(extension: Extension, reading: Reading): void {
  const read = listener('executionListener', extension, reading);
  if (read) reading.properties.listeners = [...(reading.properties.listeners ?? []), read];
}

export function taskListener(extension: Extension, reading: Reading): void {
  const read = listener('taskListener', extension, reading);
  if (read) reading.properties.taskListeners = [...(reading.properties.taskListeners ?? []), read];
}

/** `inputParameter`, `list › value`, `map › entry`: a text, a script, or a nested list or map. */
function parameterValue(extension: Extension, reading: Reading): Value {
  const inner = extension.children[0];
  if (!inner) return reading.expression(extension.text);
  const readers: Record<string, () => Value | undefined> = {
    script: () => scriptOf(inner, reading),
    list: () => ({ list: inner.children.map(item => nested(item, reading)) }),
    map: () => ({
      map: named(inner, 'entry').map(entry => ({
        key: entry.attributes.key ?? '',
        value: parameterValue(entry, reading),
      })),
    }),
  };
  const read = readers[inner.name];
  if (!read) reading.refuse(`<${extension.name}> cannot hold <${inner.name}>; it holds a text, script, list or map`);
  return read?.() ?? reading.expression('');
}

/** An item of a list: `<value>text</value>`, or a script, list or map itself. */
const nested = (item: Extension, reading: Reading): Value =>
  item.name === 'value'
    ? parameterValue(item, reading)
    : parameterValue({ ...item, name: 'list', children: [item] }, reading);

/** `inputOutput` with `inputParameter` and `outputParameter`. */
export function inputOutput(extension: Extension, reading: Reading): void {
  const mappings = (name: string): Mapping[] =>
    named(extension, name).map(parameter => ({
      target: parameter.attributes.name ?? '',
      value: parameterValue(parameter, { ...reading, line: parameter.line, expression: at(reading, parameter.line) }),
    }));
  reading.properties.inputs = [...(reading.properties.inputs ?? []), ...mappings('inputParameter')];
  reading.properties.outputs = [...(reading.properties.outputs ?? []), ...mappings('outputParameter')];
}

const at = (reading: Reading, line: number) => (text: string) => ({ ...reading.expression(text), line });

/** Reads a variable that may be missing: Camunda 7 passes null then. */
export const variableOf = (name: string, line: number): Expression => ({
  language: 'juel',
  source: `\${execution.getVariable('${name.replace(/['\\]/g, '\\$&')}')}`,
  line,
});

/** `in` and `out` of a call activity, `in` of a thrown signal. */
export function inOrOut(direction: 'in' | 'out') {
  return (extension: Extension, reading: Reading): void => {
    const { properties } = reading;
    const { source, sourceExpression, target, variables, businessKey, local } = extension.attributes;
    if (local === 'true') reading.warn(`local="true" on <${extension.name}> is ignored: all visible variables count`);
    if (variables === 'all') properties[`${direction}All`] = true;
    else if (businessKey !== undefined) properties.businessKey ??= reading.expression(businessKey);
    else if (target !== undefined && (source !== undefined || sourceExpression !== undefined)) {
      const value = source !== undefined ? variableOf(source, extension.line) : reading.expression(sourceExpression!);
      properties[direction] = [...(properties[direction] ?? []), { target, value: { ...value, line: extension.line } }];
    } else reading.refuse(`<${extension.name}> needs source or sourceExpression, and target`);
  };
}

/** `formData › formField`. */
export function formData(extension: Extension, reading: Reading): void {
  reading.properties.formBusinessKey ??= extension.attributes.businessKey;
  reading.properties.formFields = [
    ...(reading.properties.formFields ?? []),
    ...named(extension, 'formField').map(field => formField(field, reading)),
  ];
}

function formField(field: Extension, reading: Reading): FormField {
  const { id = '', label, type = 'string', defaultValue, datePattern } = field.attributes;
  const constraints = named(field, 'validation').flatMap(validation => named(validation, 'constraint'));
  const properties = named(field, 'properties').flatMap(list => named(list, 'property'));
  return {
    id,
    type,
    ...(label !== undefined && { label }),
    ...(defaultValue !== undefined && { default: at(reading, field.line)(defaultValue) }),
    ...optionsOf(field),
    ...(constraints.length > 0 && {
      constraints: constraints.map(({ attributes: { name = '', config } }) => ({
        name,
        ...(config !== undefined && { config }),
      })),
    }),
    ...((properties.length > 0 || datePattern !== undefined) && {
      properties: {
        ...Object.fromEntries(properties.map(({ attributes: { id: key = '', value = '' } }) => [key, value])),
        ...(datePattern !== undefined && { datePattern }),
      },
    }),
  };
}

const optionsOf = (field: Extension): Pick<FormField, 'values'> => {
  const values = named(field, 'value').map(({ attributes: { id = '', name } }) => ({ id, name: name ?? id }));
  return values.length > 0 ? { values } : {};
};

/** `formProperty` of the older forms. */
export function formProperty(field: Extension, reading: Reading): void {
  const { attributes } = field;
  const initial = attributes.default ?? attributes.expression;
  const writable = attributes.writable ?? attributes.writeable;
  const read: FormField = {
    id: attributes.id ?? '',
    type: attributes.type ?? 'string',
    ...(attributes.name !== undefined && { label: attributes.name }),
    ...(initial !== undefined && { default: at(reading, field.line)(initial) }),
    ...optionsOf(field),
    ...(attributes.required === 'true' && { constraints: [{ name: 'required' }] }),
    ...(attributes.datePattern !== undefined && { properties: { datePattern: attributes.datePattern } }),
    ...(attributes.variable !== undefined && { variable: attributes.variable }),
    ...(attributes.readable !== undefined && { readable: attributes.readable === 'true' }),
    ...(writable !== undefined && { writable: writable === 'true' }),
  };
  reading.properties.formFields = [...(reading.properties.formFields ?? []), read];
}

/** `properties › property`: free metadata. */
export function metadata(extension: Extension, reading: Reading): void {
  reading.properties.metadata = {
    ...reading.properties.metadata,
    ...Object.fromEntries(
      named(extension, 'property').map(({ attributes }) => [
        attributes.name ?? attributes.id ?? '',
        attributes.value ?? '',
      ]),
    ),
  };
}

/** `field`: a text is a header of the job; an expression is a local variable, which the worker gets too. */
export function field(extension: Extension, reading: Reading): void {
  const { properties } = reading;
  const { name = '', stringValue, expression } = extension.attributes;
  const text = stringValue ?? named(extension, 'string')[0]?.text;
  const dynamic = expression ?? named(extension, 'expression')[0]?.text;
  if (text !== undefined) properties.headers = { ...properties.headers, [name]: text };
  else if (dynamic !== undefined)
    properties.inputs = [...(properties.inputs ?? []), { target: name, value: at(reading, extension.line)(dynamic) }];
}

export function retryCycle(extension: Extension, reading: Reading): void {
  if (extension.text.trim()) reading.properties.retryCycle ??= at(reading, extension.line)(extension.text);
}

/** `potentialStarter › … › formalExpression`: `user(anna), group(clerks)`. */
export function potentialStarter(extension: Extension, reading: Reading): void {
  const { users, groups } = peopleOf(deepText(extension));
  const { properties } = reading;
  if (users.length > 0) properties.candidateStarterUsers = [...(properties.candidateStarterUsers ?? []), ...users];
  if (groups.length > 0) properties.candidateStarterGroups = [...(properties.candidateStarterGroups ?? []), ...groups];
}

const deepText = (extension: Extension): string => extension.text + extension.children.map(deepText).join('');

/** `user(anna), group(clerks), managers` → users and groups; a bare name is a group. */
export function peopleOf(text: string): { users: string[]; groups: string[] } {
  const users: string[] = [];
  const groups: string[] = [];
  for (const part of text.split(/,(?![^(){]*[)}])/)) {
    const [, kind, name] = /^\s*(user|group)\s*\((.*)\)\s*$/s.exec(part) ?? ['', 'group', part];
    if (name?.trim()) (kind === 'user' ? users : groups).push(name.trim());
  }
  return { users, groups };
}
