/** What an event waits for or throws: moddle's event definitions → one neutral EventDefinition. */

import type { EventDefinition } from '../core/types.js';
import { type Compilation, compact, expressionOf, refuse } from './compilation.js';
import { conditionOf } from './conditions.js';
import { child, children, type Element, idOf, lineOf, nameOf, textOf } from './element.js';
import { toExpression } from './expressions.js';
import type { Properties } from './properties.js';
import { jobOf } from './work.js';

/** What one kind of event definition says; `owner` is the event it belongs to. */
type Reader = (definition: Element, owner: Element, cx: Compilation) => Partial<EventDefinition>;

const readers: Record<string, Reader> = {
  timerEventDefinition: timer,
  messageEventDefinition: message,
  signalEventDefinition: signal,
  errorEventDefinition: error,
  escalationEventDefinition: escalation,
  terminateEventDefinition: () => ({}),
  linkEventDefinition: (definition, owner, cx) => ({
    name: expressionOf(cx, nameOf(definition) ?? nameOf(owner), definition),
  }),
  conditionalEventDefinition: (definition, owner, cx) => ({
    condition: conditionOf(owner, child(definition, 'condition'), cx),
    variableNames: cx.properties(definition).variableNames,
  }),
};

/** The event of an event node; absent for a none event and for kinds that are refused elsewhere. */
export function eventOf(owner: Element, cx: Compilation): EventDefinition | undefined {
  const definition = children(owner, 'eventDefinitions')[0];
  if (!definition) return undefined;
  const kind = definition.$type.slice('bpmn:'.length);
  const reader = readers[kind.charAt(0).toLowerCase() + kind.slice(1)];
  if (!reader) return undefined;
  const type = kind.slice(0, -'EventDefinition'.length).toLowerCase() as EventDefinition['type'];
  return compact({ type, ...reader(definition, owner, cx) });
}

/** The message of a receive task, or of a send task that publishes one. */
export function messageOf(task: Element, cx: Compilation): EventDefinition | undefined {
  const name = messageName(task, cx);
  return name && compact({ type: 'message' as const, name, correlationKey: correlationKey(task, cx) });
}

const timers = [
  ['timeDate', 'date'],
  ['timeDuration', 'duration'],
  ['timeCycle', 'cycle'],
] as const;

function timer(definition: Element, _owner: Element, cx: Compilation): Partial<EventDefinition> {
  const found = timers
    .map(([property, kind]) => ({ kind, holder: child(definition, property) }))
    .find(({ holder }) => holder && textOf(holder, 'body') !== undefined);
  if (!found?.holder) return {};
  const value = toExpression(textOf(found.holder, 'body')!, lineOf(found.holder), cx.dialect.notation);
  return { timer: { kind: found.kind, value } };
}

/** The name stands on `bpmn:message`; a dialect may compute it, or take an undeclared reference as the name. */
function messageName(owner: Element, cx: Compilation) {
  const declared = child(owner, 'messageRef');
  return (
    cx.properties(owner).messageName ??
    (declared ? expressionOf(cx, nameOf(declared), declared) : byReference(owner, 'bpmn:messageRef', cx))
  );
}

const byReference = (owner: Element, property: string, cx: Compilation) =>
  cx.dialect.namesByReference ? expressionOf(cx, cx.unresolved(owner, property), owner) : undefined;

const correlationKey = (owner: Element, cx: Compilation) => {
  const declared = child(owner, 'messageRef');
  return cx.properties(owner).correlationKey ?? (declared && cx.properties(declared).correlationKey);
};

function message(definition: Element, owner: Element, cx: Compilation): Partial<EventDefinition> {
  const properties: Properties = { ...cx.properties(owner), ...cx.properties(definition) };
  return {
    name: messageName(definition, cx),
    correlationKey: correlationKey(definition, cx),
    job: jobOf(definition, properties, cx),
  };
}

function signal(definition: Element, _owner: Element, cx: Compilation): Partial<EventDefinition> {
  const properties = cx.properties(definition);
  const declared = child(definition, 'signalRef');
  if (declared) cx.properties(declared);
  return {
    name:
      properties.signalName ??
      (declared ? expressionOf(cx, nameOf(declared), declared) : byReference(definition, 'bpmn:signalRef', cx)),
    payload: properties.in,
    payloadAll: properties.inAll,
    businessKey: properties.businessKey,
    // On the definition itself, `async` says how the signal is thrown, not how the event is entered.
    later: properties.asyncBefore || undefined,
  };
}

/** Error code: as declared, else the error's id, so that thrower and catcher of one error meet. */
function error(definition: Element, owner: Element, cx: Compilation): Partial<EventDefinition> {
  const declared = child(definition, 'errorRef');
  const { codeVariable, messageVariable } = cx.properties(definition);
  const message = declared && cx.properties(declared).errorMessage;
  return {
    code: codeOf(definition, owner, declared, 'error', cx),
    message,
    codeVariable,
    messageVariable,
  };
}

function escalation(definition: Element, owner: Element, cx: Compilation): Partial<EventDefinition> {
  const declared = child(definition, 'escalationRef');
  return {
    code: codeOf(definition, owner, declared, 'escalation', cx),
    codeVariable: cx.properties(definition).codeVariable,
  };
}

function codeOf(
  definition: Element,
  owner: Element,
  declared: Element | undefined,
  what: 'error' | 'escalation',
  cx: Compilation,
): string | undefined {
  if (declared) {
    const code = textOf(declared, `${what}Code`);
    if (code && /[$#]\{|^=/.test(code))
      refuse(cx, owner, `the ${what} code "${code}" is an expression; write a fixed code`);
    return code ?? idOf(declared);
  }
  return cx.dialect.namesByReference ? cx.unresolved(definition, `bpmn:${what}Ref`) : undefined;
}
