/** The only writer: turns an event into the next state. Decides nothing. fold(history) = state. */

import { bodyOf, change, chunkKey, openState, put, resultsOf, type State } from './state.js';
import type { Activation, Definition, Event, Instance, Json, Loop, RecordedEvent } from './types.js';

type Appliers = {
  [K in Event['type']]: (state: State, event: Extract<Event, { type: K }>, at: number, definition: Definition) => void;
};

const appliers: Appliers = {
  started(state, event, at) {
    Object.assign(state.instance, {
      definition: event.definition,
      key: event.key,
      ...(event.businessKey !== undefined && { businessKey: event.businessKey }),
      ...(event.by !== undefined && { startedBy: event.by }),
      ...(event.parent && { parent: event.parent }),
      root: event.root,
      depth: event.depth,
      startedAt: at,
      state: 'running',
    });
  },
  entered(state, event, at) {
    const { instance } = state;
    const parent = instance.activations[event.parent];
    const chunk = event.chunk ?? parent?.chunk;
    if (chunk) state.chunks.add(chunk);
    const { activation: id, node, variables, item } = event;
    const activation: Activation = { id, node, parent: event.parent, since: at, live: 0 };
    if (variables) activation.variables = variables;
    if (item !== undefined) activation.item = item;
    if (chunk) activation.chunk = chunk;
    put(state, instance.activations, String(id), activation);
    number(state, event.activation);
    if (event.fresh && parent) change(state, parent.id, { live: parent.live + 1 });
  },
  phased(state, event) {
    change(state, event.activation, { phase: event.phase, next: event.next });
  },
  taken(state, event, _at, definition) {
    if (!event.waits) return;
    const scope = state.instance.activations[event.scope]!;
    const node = definition.flows[event.flow]!.to;
    const flows = scope.arrived?.[node] ?? {};
    change(state, scope.id, {
      arrived: { ...scope.arrived, [node]: { ...flows, [event.flow]: (flows[event.flow] ?? 0) + 1 } },
    });
  },
  placed(state, event) {
    const scope = state.instance.activations[event.scope]!;
    change(state, scope.id, { live: scope.live + 1 });
  },
  withdrawn(state, event) {
    const scope = state.instance.activations[event.scope]!;
    const { [event.node]: waiting = {}, ...others } = scope.arrived ?? {};
    const tokens = Object.values(waiting).reduce((sum, count) => sum + count, 0);
    const arrived = Object.keys(others).length > 0 ? others : undefined;
    change(state, scope.id, { arrived, live: scope.live - tokens });
  },
  joined(state, event) {
    const scope = state.instance.activations[event.scope]!;
    const { [event.node]: before = {}, ...others } = scope.arrived ?? {};
    const left = Object.entries(before)
      .map(([flow, count]) => [flow, count - (event.flows[flow] ?? 0)] as const)
      .filter(([, count]) => count > 0);
    const arrived = left.length > 0 ? { ...others, [event.node]: Object.fromEntries(left) } : others;
    const consumed = Object.values(event.flows).reduce((sum, count) => sum + count, 0);
    change(state, scope.id, {
      arrived: Object.keys(arrived).length > 0 ? arrived : undefined,
      live: scope.live - consumed + 1,
    });
  },
  waiting(state, { wait }) {
    put(state, state.instance.waits, wait.id, wait);
    const activation = state.instance.activations[wait.activation]!;
    change(state, activation.id, { waits: [...(activation.waits ?? []), wait.id] });
    number(state, Number(/~(\d+)(c[\d.]+)?$/.exec(wait.id)![1]));
  },
  rescheduled(state, { wait: id, due, repeats }) {
    const wait = state.instance.waits[id]!;
    put(state, state.instance.waits, id, { ...wait, due, ...(repeats !== undefined && { repeats }) });
  },
  answered: closeWait,
  dropped: closeWait,
  set(state, event) {
    const activation = state.instance.activations[event.activation]!;
    change(state, activation.id, { variables: { ...activation.variables, ...event.variables } });
  },
  unset(state, event) {
    const activation = state.instance.activations[event.activation]!;
    const variables = { ...activation.variables };
    for (const name of event.names) delete variables[name];
    change(state, activation.id, { variables });
  },
  looped(state, event) {
    const body = state.instance.activations[event.activation]!;
    const loop = { ...body.loop, ...event.loop } as Loop;
    if (event.result && loop.chunkSize === 0) loop.results = withResult(loop.results ?? [], event.result);
    else if (event.result) {
      const { item, value } = event.result;
      put(state, resultsOf(state, chunkKey(body, Math.floor(item / loop.chunkSize))), String(item), value);
    }
    change(state, event.activation, { loop });
  },
  left(state, event) {
    const activation = state.instance.activations[event.activation]!;
    put(state, state.instance.activations, String(activation.id), undefined);
    const parent = state.instance.activations[activation.parent];
    // An item that is swept after the end of its multi-instance is counted no more.
    const isSwept = activation.item !== undefined && !parent?.loop;
    if (parent && !isSwept) change(state, parent.id, { live: parent.live + event.tokens - 1 });
  },
  cleared(state, event) {
    change(state, event.activation, { live: 0, arrived: undefined, loop: undefined });
    for (const key of Object.keys(state.results)) {
      if (bodyOf(key) === event.activation) put(state, state.results, key, undefined);
    }
  },
  sent(state, event) {
    number(state, Number(/\d+$/.exec(event.effect.id)![0]));
  },
  incident(state, { incident }) {
    put(state, state.instance.incidents, incident.id, incident);
    number(state, Number(/~(\d+)(c[\d.]+)?$/.exec(incident.id)![1]));
  },
  resolved(state, event) {
    put(state, state.instance.incidents, event.incident, undefined);
  },
  queued(state, event) {
    put(state, state.instance, 'queue', event.moves);
  },
  visited(state, event) {
    put(state, state.instance, 'visits', event.visits);
  },
  typed(state, { types }) {
    const all = Object.entries({ ...state.instance.types, ...types });
    put(state, state.instance, 'types', Object.fromEntries(all.filter(([, hint]) => hint !== null)));
  },
  suspended(state) {
    put(state, state.instance, 'state', 'suspended');
  },
  activated(state) {
    put(state, state.instance, 'state', 'running');
  },
  ended(state, event, at) {
    put(state, state.instance, 'state', event.state);
    put(state, state.instance, 'endedAt', at);
    put(state, state.instance, 'queue', []);
    put(state, state.instance, 'visits', {});
  },
};

function closeWait(state: State, event: { wait: string }): void {
  const wait = state.instance.waits[event.wait];
  if (!wait) return;
  put(state, state.instance.waits, wait.id, undefined);
  const activation = state.instance.activations[wait.activation];
  if (!activation) return;
  const waits = activation.waits?.filter(id => id !== wait.id);
  change(state, activation.id, { waits: waits?.length ? waits : undefined });
}

/** Results lie in the order of items; those that are not there yet are null. */
function withResult(results: Json[], { item, value }: { item: number; value: Json }): Json[] {
  const all = results.slice();
  while (all.length < item) all.push(null);
  all[item] = value;
  return all;
}

/** Numbers are given in order: whatever was named last, the next is one higher. */
function number(state: State, used: number): void {
  if (used >= state.instance.next) put(state, state.instance, 'next', used + 1);
}

/** Applies one event to the working copy. */
export function apply(definition: Definition, state: State, event: Event, at: number): void {
  (appliers[event.type] as (state: State, event: Event, at: number, definition: Definition) => void)(
    state,
    event,
    at,
    definition,
  );
}

/** An instance before its first event. */
export function blankInstance(id: string, tenant: string, format: number): Instance {
  return {
    id,
    tenant,
    format,
    definition: '',
    key: '',
    state: 'running',
    version: 0,
    commit: '',
    startedAt: 0,
    root: id,
    depth: 0,
    next: 1,
    activations: {},
    waits: {},
    incidents: {},
    queue: [],
    visits: {},
    outbox: [],
  };
}

/**
 * Folds a history into the state it led to (version, commit and outbox belong to the store and stay as they are).
 *
 * @example fold(definition, blankInstance(id, '', 1), documents.flatMap(document => document.events))
 */
export function fold(definition: Definition, instance: Instance, events: RecordedEvent[]): Instance {
  const state = openState(instance);
  for (const event of events) apply(definition, state, event, event.at);
  return state.instance;
}
