/** User task (BPMN 2.0.2, 13.3.3): opens a task for people and waits until one of them completes it. */

import type { Behaviour, Context, Steps } from '../core/language.js';
import type { Expression, Listener } from '../core/types.js';

export const userTask: Behaviour = {
  *enter(cx) {
    const spec = cx.node.task ?? {};
    const row = {
      name: (yield* cx.text(spec.name)) ?? cx.node.name ?? cx.node.id,
      description: yield* cx.text(spec.description),
      assignee: yield* cx.text(spec.assignee),
      candidateUsers: yield* names(cx, spec.candidateUsers),
      candidateGroups: yield* names(cx, spec.candidateGroups),
      due: yield* date(cx, spec.due),
      followUp: yield* date(cx, spec.followUp),
      priority: yield* priority(cx, spec.priority),
    };
    yield* runListeners(cx, 'create');
    cx.wait({ kind: 'task' }, row);
  },
  *resume(cx, variables) {
    cx.set(variables, cx.node.localResults);
    yield* runListeners(cx, 'complete');
    cx.leave();
  },
  *cancelled(cx) {
    yield* runListeners(cx, 'delete');
  },
};

function* runListeners(cx: Context, event: Listener['event']): Steps {
  if (cx.command.skipListeners) return;
  for (const listener of cx.node.task?.listeners ?? []) if (listener.event === event) yield* cx.evaluate(listener.run);
}

/** Users or groups: each text may be one name, a comma list, or an expression that gives a list. */
function* names(cx: Context, expressions: Expression[] = []): Steps<string[]> {
  const found = new Set<string>();
  for (const expression of expressions) {
    const value = yield* cx.evaluate(expression);
    const list = Array.isArray(value) ? value.map(String) : value === null ? [] : String(value).split(',');
    for (const name of list) if (name.trim()) found.add(name.trim());
  }
  return [...found];
}

/** A point in time, or a duration from now. */
function* date(cx: Context, expression: Expression | undefined): Steps<number | undefined> {
  const text = yield* cx.text(expression);
  if (!text) return undefined;
  const literal: Expression = { ...expression!, language: 'literal', source: text };
  return (yield* cx.time(/^[-+]?P/.test(text) ? 'duration' : 'date', literal)).due;
}

function* priority(cx: Context, expression: Expression | undefined): Steps<number> {
  const value = expression ? Number(yield* cx.evaluate(expression)) : 50;
  if (!Number.isFinite(value)) throw cx.failure('expression', `priority ${expression!.source} is no number`);
  return value;
}
