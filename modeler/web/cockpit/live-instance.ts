/** Everything the instance page shows of one instance, kept up to date by the server's events. */

import { computed, type ReadonlySignal } from '@preact/signals';
import type { Address, InstanceDescription } from '../../../api/client/index.js';
import { param } from '../../../api/web/address.js';
import { address } from '../../../api/web/client.js';
import type {
  Activation,
  Activity,
  HistoryEntry,
  Incident,
  Instance,
  List,
  ScopedVariable,
  Task,
  Variables,
} from '../../../api/web/model.js';
import { type Resource, resource } from '../../../api/web/resource.js';
import { type Marks, pathOf } from '../diagram/marks.js';
import type { Figures } from '../diagram/outline.js';

export interface VariablesAnswer {
  variables: Variables;
  scoped: ScopedVariable[];
}

export interface LiveInstance {
  instance: Resource<Instance>;
  /** Why it does not go on. */
  described: Resource<InstanceDescription>;
  variables: Resource<VariablesAnswer>;
  activities: Resource<List<Activity>>;
  history: Resource<List<HistoryEntry>>;
  incidents: Resource<List<Incident>>;
  tasks: Resource<List<Task>>;
  marks: ReadonlySignal<Marks>;
  figures: ReadonlySignal<Record<string, Figures>>;
  reload(): void;
  close(): void;
}

/** Tokens and incidents per element. */
function figuresOf({ activations = [], incidents = [] }: Instance): Record<string, Figures> {
  const figures: Record<string, Figures> = {};
  const at = (element: string) => (figures[element] ??= { tokens: 0, incidents: 0 });
  // The body of a multi-instance holds its items: the tokens are theirs.
  const parents = new Set(activations.map(({ parent }) => parent));
  const isBody = ({ id, element, type }: Activation) =>
    type === 'process' || (parents.has(id) && activations.some(one => one.parent === id && one.element === element));
  for (const activation of activations) if (!isBody(activation)) at(activation.element).tokens++;
  for (const { element } of incidents) at(element).incidents++;
  return figures;
}

export function liveInstance(id: string): LiveInstance {
  const concerns = (event: { id?: string; instance?: string }) => event.instance === id || event.id === id;
  const of = <T>(place: Address<T>) => resource(() => place, { concerns });
  const whole = { path: { id }, query: { limit: 500 } };
  const instance = of<Instance>(address('GET /instances/{id}', { path: { id } }));
  const variables = of(address('GET /instances/{id}/variables', { path: { id } }));
  const activities = of(address('GET /instances/{id}/activities', whole));
  const history = of(address('GET /instances/{id}/history', whole));
  const incidents = of(address('GET /instances/{id}/incidents', whole));
  const tasks = of(address('GET /tasks', { query: { view: 'all', instance: id } }));
  // Only who looks at the waits asks why.
  const described = resource(
    () => (param('tab') === 'waits' ? address('GET /instances/{id}/describe', { path: { id } }) : undefined),
    { concerns },
  );
  const all: Resource<unknown>[] = [instance, described, variables, activities, history, incidents, tasks];

  const marks = computed(() => {
    const taken = (history.data.value?.items ?? []).flatMap(({ events }) => events.flatMap(({ flow }) => flow ?? []));
    const broken = instance.data.value?.incidents ?? [];
    return {
      ...Object.fromEntries(taken.map(flow => [flow, 'done' as const])),
      ...pathOf(activities.data.value?.items ?? []),
      ...Object.fromEntries(broken.map(({ element }) => [element, 'incident' as const])),
    };
  });
  const figures = computed(() => (instance.data.value ? figuresOf(instance.data.value) : {}));

  return {
    instance,
    described,
    variables,
    activities,
    history,
    incidents,
    tasks,
    marks,
    figures,
    reload: () => {
      for (const one of all) one.reload();
    },
    close: () => {
      for (const one of all) one.close();
    },
  };
}
