/** Call activity (BPMN 2.0.2, 13.3.5): starts another process and waits for its end. Not supported: calling a global task. */

import type { Behaviour, Context, Steps } from '../core/language.js';
import type { CallSpec, Mapping, Variables } from '../core/types.js';

export const callActivity: Behaviour = {
  *enter(cx) {
    const call = cx.node.call!;
    if (cx.instance.depth >= cx.limits.depth) {
      throw cx.failure(
        'depth',
        `calls are nested ${cx.limits.depth} deep; does process '${cx.definition.key}' call itself?`,
      );
    }
    const definition = yield* calledDefinition(cx, call);
    const businessKey = yield* cx.text(call.businessKey);
    const variables = {
      ...(call.inAll && cx.variables()),
      ...(yield* mapped(call.in, mapping => cx.evaluate(mapping.value))),
    };
    const wait = cx.wait({ kind: 'child', name: definition });
    cx.send({
      do: 'startChild',
      wait: wait.id,
      definition,
      variables,
      ...(businessKey !== undefined && { businessKey }),
    });
  },
  *resume(cx, variables) {
    yield* mapResults(cx, variables);
    cx.leave();
  },
  passed: mapResults,
};

/** Takes over what the called process knows. */
function* mapResults(cx: Context, variables: Variables): Steps {
  const call = cx.node.call!;
  const results = {
    ...(call.outAll && variables),
    ...(yield* mapped(call.out, ({ value }) => cx.evaluateOn(value, variables))),
  };
  cx.set(results, cx.node.localResults);
}

function* calledDefinition(cx: Context, call: CallSpec): Steps<string> {
  const key = yield* cx.text(call.process);
  if (!key) throw cx.failure('definition', `called process ${call.process.source} is empty; name a process`);
  const answer = yield* cx.ask({
    need: 'definition',
    key,
    binding: call.binding,
    version: call.version && (yield* cx.evaluate(call.version)),
    versionTag: call.versionTag && (yield* cx.evaluate(call.versionTag)),
  });
  if (!('definition' in answer)) throw cx.failure('definition', `no process '${key}' is deployed`);
  return answer.definition;
}

function* mapped(mappings: Mapping[], evaluate: (mapping: Mapping) => Steps<Variables[string]>): Steps<Variables> {
  const variables: Variables = {};
  for (const mapping of mappings) variables[mapping.target] = yield* evaluate(mapping);
  return variables;
}
