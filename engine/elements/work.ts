/** Work that a worker does: the job that service-like tasks and message throw events wait for. */

import type { Context, Steps } from '../core/language.js';
import { priorityOf } from '../core/priority.js';
import type { JobSpec } from '../core/types.js';

/** Attempts of a job when the model names none. */
const defaultRetries = 3;

/** Opens a job on its topic. */
export function* openJob(cx: Context, spec: JobSpec): Steps {
  const topic = yield* cx.text(spec.topic);
  if (!topic)
    throw cx.failure('expression', `topic ${spec.topic.source} is empty; name the topic that a worker listens to`);
  const retries = spec.retries ? Number(yield* cx.evaluate(spec.retries)) : defaultRetries;
  if (!Number.isInteger(retries)) throw cx.failure('expression', `retries ${spec.retries!.source} is no whole number`);
  cx.wait(
    { kind: 'job', name: topic },
    {
      retries,
      retryCycle: yield* cx.text(cx.node.retryCycle),
      priority: yield* priorityOf(cx, spec.priority ?? cx.node.jobPriority),
      headers: spec.headers,
    },
  );
}
