/**
 * The filter `executionId`: rows of one execution. Tasks and jobs name the activity that they belong to, which in Camunda 7
 * has an execution only where it is not alone; so the id of an activity stands for the execution that it runs in.
 */

import type { Instance } from '../../engine/core/types.js';
import { none, where } from './conditions.js';
import { togetherIn, wholeOf } from './executions.js';
import { byText } from './filters.js';
import { placeOf } from './ids.js';

export const inExecution = byText(async (id, { services: { store, engine } }) => {
  const place = await placeOf(store, id);
  const instance = place && (await store.get<Instance>('instances', place.instance));
  if (!instance) return none;
  const [whole, definition] = await Promise.all([wholeOf(store, instance), engine.definition(instance.definition)]);
  const activation = { $in: togetherIn(whole, definition).get(place.number ?? 1) ?? [] };
  return where({ instance: instance.id, activation });
});
