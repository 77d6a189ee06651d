/** Multi-instance activity (BPMN 2.0.2, 13.3.7): one item after the other, or all at once; a completion condition ends it early. */

import type { Behaviour, Context, Steps } from '../core/language.js';
import type { Definition, Json, LoopSpec, Variables } from '../core/types.js';

export const multiInstance: Behaviour = {
  *enter(cx) {
    const spec = cx.node.loop!;
    const total = spec.collection ? (yield* collection(cx, spec)).length : yield* cardinality(cx, spec);
    const chunkSize = total > cx.limits.chunk && !spec.sequential ? cx.limits.chunk : 0;
    const results = spec.outputCollection && chunkSize === 0 ? { results: [] } : {};
    cx.looped({ total, opened: 0, completed: 0, chunkSize, ...results });
    if (total === 0) yield* conclude(cx);
    else cx.queue({ do: 'open', activation: cx.activation.id });
  },

  *opened(cx) {
    const spec = cx.node.loop!;
    const loop = cx.activation.loop!;
    const items = spec.collection ? yield* collection(cx, spec) : undefined;
    const end = spec.sequential ? loop.opened + 1 : Math.min(loop.total, loop.opened + (loop.chunkSize || loop.total));
    if (items && items.length < end)
      throw cx.failure('expression', `collection ${spec.collection!.source} has shrunk to ${items.length} items`);
    cx.looped({ opened: end });
    const chunk = loop.chunkSize > 0 ? loop.opened / loop.chunkSize : undefined;
    const first = firstNumber(cx.definition);
    for (let item = loop.opened; item < end; item++)
      cx.openItem(item, { loopCounter: first + item, ...itemVariables(spec, item, items?.[item]) }, chunk);
    if (!spec.sequential && end < loop.total) cx.queue({ do: 'open', activation: cx.activation.id });
  },

  *childLeft(cx, { item, result }) {
    const spec = cx.node.loop!;
    const brings = spec.outputCollection && result !== undefined;
    cx.looped({ completed: cx.activation.loop!.completed + 1 }, brings ? { item: item!, value: result } : undefined);
    const isLast = cx.activation.loop!.completed === cx.activation.loop!.total;
    if (isLast || (spec.completionCondition && (yield* cx.holds(spec.completionCondition)))) yield* conclude(cx);
    else if (spec.sequential) cx.queue({ do: 'open', activation: cx.activation.id });
  },
};

/** The `loopCounter` of the first item. */
const firstNumber = ({ traits }: Definition): number => (traits?.countsItemsFromOne ? 1 : 0);

function* conclude(cx: Context): Steps {
  const { outputCollection } = cx.node.loop!;
  if (outputCollection) cx.setOutside({ [outputCollection]: yield* cx.results() });
  cx.clear();
  cx.leave();
}

function* collection(cx: Context, spec: LoopSpec): Steps<Json[]> {
  const value = yield* cx.evaluate(spec.collection!);
  if (Array.isArray(value)) return value;
  throw cx.failure(
    'expression',
    `collection ${spec.collection!.source} is ${JSON.stringify(value)?.slice(0, 80)}; it must be a list`,
  );
}

function* cardinality(cx: Context, spec: LoopSpec): Steps<number> {
  const count = Number(yield* cx.evaluate(spec.cardinality!));
  if (Number.isInteger(count) && count >= 0) return count;
  throw cx.failure(
    'expression',
    `loop cardinality ${spec.cardinality!.source} is ${count}; it must be a whole number from 0 up`,
  );
}

function itemVariables(spec: LoopSpec, item: number, element: Json | undefined): Variables {
  return {
    ...(spec.elementVariable && element !== undefined && { [spec.elementVariable]: element }),
    ...(spec.elementIndexVariable && { [spec.elementIndexVariable]: item }),
  };
}
