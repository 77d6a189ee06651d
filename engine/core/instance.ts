/** The Instance: one running process with its activations, waits and incidents. */

import type { Effect } from './effects.js';
import type { Json, TypeHints, Variables } from './values.js';

/**
 * One visit of one node. A tree: process → sub-process → loop → task. Variables live on it.
 * Activation 1 is the process itself.
 */
export interface Activation {
  id: number;
  node: number;
  /** The enclosing activation; 0 for the process. */
  parent: number;
  /** Epoch milliseconds (UTC) of the entry. */
  since: number;
  /** Local variables; absent means none. */
  variables?: Variables;
  /** Tokens that live directly inside: child activations, flows on their way, flows that wait at a join. */
  live: number;
  /** Tokens waiting at the joins of this scope: node index → flow index → how many. */
  arrived?: Record<string, Record<string, number>>;
  /** Open waits of this activation. */
  waits?: string[];
  /** Set on the body of a multi-instance. */
  loop?: Loop;
  /** Set on one item of a multi-instance: its number from 0. */
  item?: number;
  /** `<body activation>.<number>`, behind the chunk of the body if that has one: the document that holds it. */
  chunk?: string;
  /** How far it is, where a wait interrupts its own course: behind `asyncBefore`, before `asyncAfter`. */
  phase?: 'before' | 'active' | 'after';
  /** In phase `before` and `after`: what the continuation goes on with. */
  next?: Move;
}

/** The counters of a multi-instance body. */
export interface Loop {
  total: number;
  /** Items opened so far; the next one has this number. */
  opened: number;
  completed: number;
  /** Items per chunk document; 0: the items lie in the instance itself. */
  chunkSize: number;
  /** What the items brought, in their order; where they lie in chunks their results do, too. */
  results?: Json[];
}

/**
 * "Here it goes no further until someone outside answers." Its id is the idempotency key of the answer:
 * `<instance>~<number>`, or `<instance>~<number>c<chunk>` for an item of a large multi-instance.
 */
export interface Wait {
  id: string;
  kind: 'task' | 'job' | 'async' | 'timer' | 'message' | 'signal' | 'child' | 'condition' | 'trigger';
  activation: number;
  /** The node that is waited for: the activation's own, an attached one, or a target of an event-based gateway. */
  node: number;
  /** Message or signal name; topic of a job; definition id of a child. */
  name?: string;
  /** Correlation key of a message. */
  key?: string;
  /** Due time of a timer, epoch milliseconds (UTC). */
  due?: number;
  /** Firings of a timer cycle that are left after this one; -1: no end. */
  repeats?: number;
}

/** What the row of a new wait is born with: the owner's fields, set on insert only. */
export interface WaitRow {
  // task
  name?: string;
  description?: string;
  assignee?: string;
  candidateUsers?: string[];
  candidateGroups?: string[];
  followUp?: number;
  due?: number;
  priority?: number;
  // job
  /** Of a continuation: which side of the element it stands on. */
  phase?: 'before' | 'after';
  retries?: number;
  retryCycle?: string;
  headers?: Record<string, string>;
  // child
  variables?: Variables;
  businessKey?: string;
}

/** A token that cannot go on until a person helps. */
export interface Incident {
  id: string;
  activation: number;
  node: number;
  /** Sequence flow the trouble is on, where it is on one. */
  flow?: number;
  at: number;
  /** Machine-readable kind: `expression`, `no-flow`, `job`, `call`, `loop`, `depth`, `uncaught-error`, `join`, `definition`. */
  type: string;
  /** One sentence: the thing, the place, the way out. */
  message: string;
  /** What whoever reported it said beside. */
  configuration?: string;
  /** The move that is tried again on retry; absent: the wait below. */
  move?: Move;
  wait?: string;
}

/** One thing a step still has to do; persisted only between steps and in incidents. */
export type Move = { /** The chunk that it needs, when it was put off. */ chunk?: string } & MoveBody;

/** `caught`: payload of the event that the target would have waited for (behind an event-based gateway). */
export type MoveBody =
  | { do: 'take'; flow: number; scope: number; caught?: Variables }
  /** Joins the tokens that have arrived at a node. */
  | { do: 'join'; node: number; scope: number }
  /** Goes on with an activation at its phase; `opened`: what is to be inside has been put there. */
  | { do: 'begin'; activation: number; caught?: Variables; opened?: true }
  /** Does once more what the element does on entry: its work outside is gone. */
  | { do: 'again'; activation: number }
  /** By exactly these `flows`, or straight `to` a node; neither: by all whose condition holds, else the default flow. */
  | { do: 'leave'; activation: number; flows?: number[]; to?: number; caught?: Variables }
  /** A wait was answered. */
  | { do: 'resume'; activation: number; wait: Wait; variables: Variables }
  | { do: 'childLeft'; activation: number; item?: number; result?: Json }
  /** Opens the next items of a multi-instance body. */
  | { do: 'open'; activation: number }
  /** Throws an error or escalation from an activation outwards. */
  | { do: 'throw'; activation: number; thrown: Thrown }
  /** Fires a boundary event or event sub-process. */
  | { do: 'fire'; activation: number; node: number; variables: Variables; wait?: Wait }
  /** Looks whether the condition that is waited for holds now. */
  | { do: 'look'; activation: number; wait: string }
  /** Looks for such conditions in one chunk of a multi-instance, after variables changed. */
  | { do: 'lookInto'; activation: number; chunk: string; names: string[] };

/** An error or escalation on its way outwards. */
export interface Thrown {
  type: 'error' | 'escalation';
  code?: string;
  message?: string;
  variables?: Variables;
}

export type InstanceState = 'running' | 'suspended' | 'completed' | 'cancelled' | 'failed';

/** One running process. One JSON document whose size follows what is active, never what is done. */
export interface Instance {
  id: string;
  tenant: string;
  format: number;
  /** Definition id. */
  definition: string;
  /** Process id (`bpmn:process id`). */
  key: string;
  businessKey?: string;
  state: InstanceState;
  /** Commits so far; the guard of the next one. */
  version: number;
  /** Id of the commit that made this version. */
  commit: string;
  startedAt: number;
  startedBy?: string;
  endedAt?: number;
  parent?: { instance: string; wait: string };
  /** The outermost caller, itself if none. */
  root: string;
  /** Nesting of call activities, 0 for the outermost. */
  depth: number;
  /** Next number for activations, waits and incidents. */
  next: number;
  activations: Record<string, Activation>;
  waits: Record<string, Wait>;
  incidents: Record<string, Incident>;
  /** What clients said of variables beside their JSON. */
  types?: TypeHints;
  /** Moves that the budget left for the next step. */
  queue: Move[];
  /** `<scope activation>:<node>` → visits since the last answer from outside: the loop guard. */
  visits: Record<string, number>;
  outbox: Effect[];
}

/** Some items of a large multi-instance, apart from their instance. */
export interface Chunk {
  /** `<instance>~<body activation>.<number>` */
  id: string;
  instance: string;
  tenant: string;
  format: number;
  /** The instance's version that wrote it. */
  v: number;
  activations: Record<string, Activation>;
  waits: Record<string, Wait>;
  incidents: Record<string, Incident>;
  /** What finished items brought for the output collection, by their number. */
  results?: Record<string, Json>;
}
