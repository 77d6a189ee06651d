/** What a task does: a job for a worker, a script, a message, a call, a loop. */

import type { CallSpec, JobSpec, LoopSpec, Node } from '../core/types.js';
import { type Compilation, compact, expressionOf, isRefused, refuse, warn } from './compilation.js';
import { conditionOf } from './conditions.js';
import { variableOf } from './dialects/readers.js';
import { child, type Element, enclosing, flagOf, idOf, kindOf, lineOf, nameOf, textOf } from './element.js';
import { messageOf } from './events.js';
import { languageOf, toExpression, toVariable } from './expressions.js';
import type { Properties } from './properties.js';
import { scriptFrom } from './scripts.js';

/** The job of what is worked on by a topic. */
export function jobOf(element: Element, properties: Properties, cx: Compilation): JobSpec | undefined {
  const { topic, retries, workPriority, headers, resultVariable, needsTopic } = properties;
  if (!topic) {
    if (needsTopic) refuse(cx, element, `${needsTopic} needs a topic; name the one that a worker fetches`);
    return undefined;
  }
  const priority = workPriority ?? cx.properties(enclosing(element, 'process') ?? element).workPriority;
  return compact({ topic, retries, priority, headers, resultVariable });
}

/** A service, send or business rule task: by worker, by expression, or (send task) by publishing its message. */
export function workOf(task: Element, cx: Compilation): Partial<Node> {
  const properties = cx.properties(task);
  const { script, resultVariable } = properties;
  if (script) return { script: compact({ run: script, resultVariable }) };
  const job = jobOf(task, properties, cx);
  if (job) return { job };
  const event = kindOf(task) === 'sendTask' ? messageOf(task, cx) : undefined;
  if (event) return { event };
  if (!isRefused(cx, task)) refuse(cx, task, ` says nothing about what runs: ${howTo(task, cx)}`);
  return {};
}

const howTo = (task: Element, { dialect: { howToWork } }: Compilation) =>
  kindOf(task) === 'sendTask' ? `${howToWork}, or name the message it sends (messageRef)` : howToWork;

/** A script task: the script of the standard, a FEEL script or a job of Camunda 8. */
export function scriptOf(task: Element, cx: Compilation): Partial<Node> {
  const properties = cx.properties(task);
  const { script, resultVariable, resource } = properties;
  if (script) return { script: compact({ run: script, resultVariable }) };
  const job = jobOf(task, properties, cx);
  if (job) return { job };
  const text = resource === undefined ? { source: textOf(task, 'script') } : scriptFrom(resource, cx.scripts);
  if ('refused' in text) refuse(cx, task, text.refused);
  else if (text.source === undefined) refuse(cx, task, ' has no script; write one, in JavaScript or FEEL');
  if ('refused' in text || text.source === undefined) return {};
  const { source } = text;
  const format = textOf(task, 'scriptFormat') ?? (/[$#]\{/.test(source) ? 'juel' : 'javascript');
  const found = languageOf(format);
  if ('refused' in found) {
    refuse(cx, task, `scriptFormat "${format}": ${found.refused}`);
    return {};
  }
  return { script: compact({ run: { language: found.language, source, line: lineOf(task) }, resultVariable }) };
}

/** A call activity. */
export function callOf(activity: Element, cx: Compilation): Partial<Node> {
  const properties = cx.properties(activity);
  const process = properties.calledProcess ?? expressionOf(cx, textOf(activity, 'calledElement'), activity);
  if (!process) {
    if (!isRefused(cx, activity)) refuse(cx, activity, ' names no process to call; set calledElement');
    return {};
  }
  const binding = bindings[properties.binding ?? 'latest'];
  if (!binding)
    refuse(
      cx,
      activity,
      `the binding "${properties.binding}" is not known; use latest, deployment, version or versionTag`,
    );
  if (binding === 'version' && !properties.calledVersion) refuse(cx, activity, 'the binding "version" needs a version');
  if (binding === 'versionTag' && !properties.calledVersionTag)
    refuse(cx, activity, 'the binding "versionTag" needs a version tag');
  const mapped = cx.dialect.localResults && (properties.outputs?.length ?? 0) > 0;
  const call: CallSpec = compact({
    process,
    binding: binding ?? 'latest',
    version: properties.calledVersion,
    versionTag: properties.calledVersionTag,
    businessKey: properties.businessKey,
    in: [...(properties.in ?? []), ...narrowed(properties, cx)],
    inAll: properties.inAll || undefined,
    out: properties.out ?? [],
    // Camunda 8: with output mappings the results stay local, and only the mapped ones leave.
    outAll: properties.outAll || mapped || undefined,
  });
  return { call };
}

const bindings: Record<string, CallSpec['binding']> = {
  latest: 'latest',
  deployment: 'deployment',
  version: 'version',
  versionTag: 'versionTag',
};

/** Camunda 8 without the parent's variables: the child gets what the inputs name, and nothing else. */
const narrowed = (properties: Properties, cx: Compilation) =>
  cx.dialect.localResults && properties.inAll === false
    ? (properties.inputs ?? []).map(({ target }) => ({ target, value: variableOf(target, 1) }))
    : [];

/** Multi-instance, as the standard and the dialects say it. */
export function loopOf(activity: Element, cx: Compilation): LoopSpec | undefined {
  const loop = child(activity, 'loopCharacteristics');
  if (!loop || kindOf(loop) !== 'multiInstanceLoopCharacteristics') return undefined;
  const properties = cx.properties(loop);
  const cardinality = child(loop, 'loopCardinality');
  const text = cardinality && textOf(cardinality, 'body');
  const spec: LoopSpec = compact({
    sequential: flagOf(loop, 'isSequential'),
    cardinality: text === undefined ? undefined : toExpression(text, lineOf(cardinality!), cx.dialect.notation),
    collection: properties.collection ?? referenced(loop, 'loopDataInputRef', cx),
    elementVariable: properties.elementVariable ?? itemName(child(loop, 'inputDataItem')),
    elementIndexVariable: properties.elementIndexVariable,
    completionCondition: conditionOf(activity, child(loop, 'completionCondition'), cx),
    outputCollection:
      properties.outputCollection ?? referenced(loop, 'loopDataOutputRef', cx)?.source.replace(/^\$\{(.*)\}$/, '$1'),
    outputElement: properties.outputElement ?? outputItem(loop, cx),
  });
  if (properties.asyncBefore || properties.asyncAfter)
    warn(cx, activity, 'asyncBefore and asyncAfter of its items are ignored: they open and end in one step');
  if (!spec.cardinality && !spec.collection)
    refuse(cx, activity, 'the multi-instance says neither how often (loopCardinality) nor over which collection');
  return spec;
}

/** `loopDataInputRef` names a data input, a data object or simply a variable. */
function referenced(loop: Element, property: string, cx: Compilation) {
  const declared = child(loop, property);
  const name = declared ? itemName(declared) : cx.unresolved(loop, `bpmn:${property}`);
  return name === undefined ? undefined : toVariable(name, lineOf(loop), cx.dialect.notation);
}

const itemName = (item: Element | undefined): string | undefined => item && (nameOf(item) ?? (idOf(item) || undefined));

function outputItem(loop: Element, cx: Compilation) {
  const name = itemName(child(loop, 'outputDataItem'));
  return name === undefined ? undefined : toVariable(name, lineOf(loop), cx.dialect.notation);
}
