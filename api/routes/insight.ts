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
import { type Around, placeOf, whyChild, whyIncident, whyJob, whySubscription, whyTask } from '../views/blocked.js';
import { InstanceStateIn, InstanceView, instanceView } from '../views/instance.js';
import { visibleInstance, visibleInstances } from '../visible.js';

const Blocked = z
  .strictObject({
    id: z.string().meta({ description: 'Of the wait: the id of the task or job' }),
    kind: z.enum([
      ...(['task', 'work', 'async', 'timer', 'start', 'order'] as const),
      ...(['message', 'signal', 'condition', 'child', 'incident'] as const),
    ]),
    element: z.string(),
    name: z.string().optional(),
    since: Time,
    because: z.string().meta({ description: 'In a sentence: whom or what it waits for, and what would help' }),
    due: Time.optional(),
    child: z.string().optional(),
    attempts: z.int().optional().meta({ description: 'Attempts left, of a job' }),
  })
  .meta({ id: 'BlockedBecause' });

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
    const calls = Object.values(instance.waits).filter(({ kind }) => kind === 'child');
    const called = await store.getMany<Instance>(
      'instances',
      calls.map(({ id }) => childId(id)),
    );
    const children = new Map(called.map(child => [child.id, child]));
    const nameOf = (element: string) => definition.nodes.find(node => node.id === element)?.name;
    const row = ({ id, element, createdAt }: TaskDocument | JobDocument | SubscriptionDocument) => ({
      ...{ id, element, name: nameOf(element), since: time(createdAt) },
    });
    const waits: z.infer<typeof Blocked>[] = [
      ...Object.values(instance.incidents).map(incident => ({
        id: incident.wait ?? incident.id,
        kind: 'incident' as const,
        element: definition.nodes[incident.node]!.id,
        name: definition.nodes[incident.node]!.name,
        since: time(incident.at),
        because: whyIncident(incident),
      })),
      ...tasks.map(task => ({
        ...{ ...row(task), kind: 'task' as const, name: task.name, due: maybeTime(task.due) },
        because: whyTask(task, around),
      })),
      ...jobs
        .filter(({ id }) => !Object.values(instance.incidents).some(incident => incident.wait === id))
        .map(job => ({
          ...{ ...row(job), kind: job.kind, due: time(job.due), attempts: job.retries },
          because: whyJob(job, around),
        })),
      ...listening.map(one => ({ ...row(one), kind: one.kind, because: whySubscription(one, around) })),
      ...calls.map(({ id, node, activation }) => {
        const { id: element, name } = definition.nodes[node]!;
        const child = children.get(childId(id));
        const at = child?.startedAt ?? instance.activations[activation]?.since ?? instance.startedAt;
        const because = whyChild(element, child, around);
        return { ...{ id, kind: 'child' as const, element, name, child: child?.id }, since: time(at), because };
      }),
    ];
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
