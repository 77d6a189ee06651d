/** Looking into an instance: why it does not go on, and what it called. */

import { z } from 'zod';
import type { Instance } from '../../engine/core/types.js';
import { childId } from '../../engine/ids.js';
import type {
  ActivityDocument,
  JobDocument,
  SubscriptionDocument,
  TaskDocument,
} from '../../engine/store/documents.js';
import { matches } from '../../engine/store/queries.js';
import type { Person } from '../auth/people.js';
import { callTree } from '../callTree.js';
import { type Route, route } from '../route.js';
import { idParams, listOf, maybeTime, Time, time } from '../schemas.js';
import type { Services } from '../services.js';
import { type Around, placeOf } from '../views/blocked.js';
import { Blocked, blockedViews, callsOf } from '../views/description.js';
import { InstanceStateIn, InstanceView, instanceView } from '../views/instance.js';
import { visibleInstance, visibleInstances } from '../visible.js';

const Description = InstanceView.extend({
  because: z.string().optional().meta({ description: 'Why nothing at all goes on' }),
  waits: z.array(Blocked),
  more: z.boolean().meta({ description: 'There are more waits than are told' }),
}).meta({ id: 'InstanceDescription' });

const Called = z
  .strictObject({
    id: z.string(),
    parent: z.string().optional(),
    depth: z.int().meta({ description: '0: the outermost caller' }),
    element: z.string().optional().meta({ description: 'The call activity in its parent' }),
    definition: z.string(),
    key: z.string(),
    businessKey: z.string().optional(),
    state: InstanceStateIn,
    startedAt: Time,
    endedAt: Time.optional(),
    incidents: z.int(),
  })
  .meta({ id: 'CalledInstance' });

/** Rows of each kind that are told. */
const MOST = 200;

export function insightRoutes({ engine, store, clock }: Services): Route[] {
  const openRows = <T extends TaskDocument | JobDocument | SubscriptionDocument>(
    collection: 'tasks' | 'jobs' | 'subscriptions',
    instance: string,
  ) => store.find<T>(collection, { filter: { instance, 'wait.state': 'open' }, limit: MOST + 1 });

  async function rowsOf(id: string) {
    const [tasks, jobs, listening] = await Promise.all([
      openRows<TaskDocument>('tasks', id),
      openRows<JobDocument>('jobs', id),
      openRows<SubscriptionDocument>('subscriptions', id),
    ]);
    return { tasks, jobs, listening };
  }

  async function describe(instance: Instance): Promise<z.infer<typeof Description>> {
    const definition = await engine.definition(instance.definition);
    const { tasks, jobs, listening } = await rowsOf(instance.id);
    const topics = jobs.flatMap(({ topic }) => topic ?? []);
    const workers = topics.length === 0 ? [] : await engine.jobs.workers([...new Set(topics)]);
    const around: Around = { now: clock(), definition, workers };
    const children = await store.getMany<Instance>(
      'instances',
      callsOf(instance).map(({ id }) => childId(id)),
    );
    const waits = blockedViews(instance, { tasks, jobs, listening, children }, around);
    return {
      ...instanceView(instance, definition),
      because: wholly(instance, placeOf(definition, definition.key)),
      waits: waits.slice(0, MOST),
      more: waits.length > MOST,
    };
  }

  /** The element that called each instance, by its id. */
  async function callers(instances: Instance[]): Promise<Map<string, string>> {
    const waits = instances.flatMap(({ parent }) => parent?.wait ?? []);
    await engine.projector.caughtUp();
    const found =
      waits.length === 0 ? [] : await store.find<ActivityDocument>('activities', { filter: { wait: { $in: waits } } });
    const elements = new Map(found.map(({ wait, element }) => [wait, element]));
    return new Map(instances.map(({ id, parent }) => [id, elements.get(parent?.wait) ?? '']));
  }

  /** From the outermost caller that he may see. */
  async function treeAround(person: Person, instance: Instance): Promise<Instance[]> {
    const root = await store.get<Instance>('instances', instance.root);
    const seen = visibleInstances(person);
    const top = root && matches(seen, root) ? root : instance;
    const tree = await callTree(store, top);
    return tree.filter(one => one.id === instance.id || matches(seen, one));
  }

  return [
    route(
      {
        method: 'get',
        path: '/instances/{id}/describe',
        tag: 'Instances',
        summary: 'Why it does not go on: each wait with whom or what it waits for, in a sentence',
        params: idParams,
        answer: Description,
        errors: [404],
      },
      async ({ params, person }) => describe(await visibleInstance(store, person, params.id)),
    ),
    route(
      {
        method: 'get',
        path: '/instances/{id}/tree',
        tag: 'Instances',
        summary: 'The instances that called each other around this one, callers first',
        params: idParams,
        answer: listOf(Called),
        errors: [404],
      },
      async ({ params, person }) => {
        const tree = await treeAround(person, await visibleInstance(store, person, params.id));
        const elements = await callers(tree);
        const items = tree.map(({ id, parent, depth, definition, key, businessKey, state, ...rest }) => ({
          ...{ id, parent: parent?.instance, depth, definition, key, businessKey, state },
          element: elements.get(id) || undefined,
          startedAt: time(rest.startedAt),
          endedAt: maybeTime(rest.endedAt),
          incidents: Object.keys(rest.incidents).length,
        }));
        return { items, total: items.length, totalIsExact: true };
      },
    ),
  ];
}

/** Why nothing in the instance goes on; undefined: that is a matter of its waits. */
function wholly({ state, endedAt }: Instance, name: string): string | undefined {
  if (state === 'suspended') return `the instance of ${name} is suspended: nothing in it goes on until it is activated`;
  if (endedAt !== undefined)
    return `the instance of ${name} is over: it ${state === 'failed' ? 'failed' : `was ${state}`}`;
  return undefined;
}
