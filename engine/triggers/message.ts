/** Message (BPMN 2.0.2, 10.5.5): one sender, one receiver, found by name and correlation key or business key. */

import type { Context, Steps, Trigger } from '../core/language.js';
import type { Variables } from '../core/types.js';
import { openJob } from '../elements/work.js';

export const message: Trigger = {
  *listen(cx) {
    const { name, correlationKey } = cx.node.event!;
    cx.wait({ kind: 'message', name: yield* requiredName(cx, name), key: yield* cx.text(correlationKey) });
  },
  *throw(cx) {
    const { name, job, correlationKey } = cx.node.event!;
    if (job) {
      yield* openJob(cx, job);
      return false;
    }
    const key = (yield* cx.text(correlationKey)) ?? cx.instance.businessKey;
    cx.send({
      do: 'publish',
      name: yield* requiredName(cx, name),
      ...(key !== undefined && { key }),
      variables: yield* payload(cx),
    });
    return true;
  },
  again: cx => message.listen!(cx),
};

/** The name of a message or signal; an empty one would reach nobody. */
export function* requiredName(cx: Context, expression: Parameters<Context['text']>[0]): Steps<string> {
  const name = yield* cx.text(expression);
  if (!name) throw cx.failure('expression', `the ${cx.node.event!.type} has no name; give it one`);
  return name;
}

/** The variables that travel with what is thrown. */
export function* payload(cx: Context): Steps<Variables> {
  const { payload: mappings = [], payloadAll } = cx.node.event!;
  const variables: Variables = payloadAll ? cx.variables() : {};
  for (const { target, value } of mappings) variables[target] = yield* cx.evaluate(value);
  return variables;
}
