/** The language of the core: commands in, needs and answers between, a step out; and the contracts of its parts. */

import type {
  Activation,
  Chunk,
  Definition,
  Effect,
  Event,
  EventDefinition,
  Expression,
  Instance,
  Json,
  Move,
  Node,
  Thrown,
  Value,
  Variables,
  Wait,
  WaitRow,
} from './types.js';

/** What to do when an expression, script or flow fails while a command runs. */
export type OnFailure = 'incident' | 'retry' | 'refuse';

/**
 * What the outside says. Time, person and failure policy travel in it: the core has no clock and asks nobody.
 * `at` is epoch milliseconds (UTC).
 */
export type Command = { at: number; by?: string; onFailure: OnFailure } & (
  | {
      do: 'start';
      instance: string;
      businessKey?: string;
      variables: Variables;
      /** Index of the start event whose trigger fired; absent: the start events without trigger. */
      startEvent?: number;
      parent?: { instance: string; wait: string };
      root?: string;
      depth?: number;
    }
  /** Answers a wait: completes a task or job, fires a timer, delivers a message, a signal or a child's end. */
  | { do: 'resume'; wait: string; variables: Variables }
  /** Answers a wait with an error or escalation. */
  | { do: 'throw'; wait: string; thrown: Thrown }
  /** A job or timer failed for good: leaves an incident on its wait. */
  | { do: 'fail'; wait: string; message: string }
  | { do: 'retry'; incident: string }
  /** Goes on with the moves that the budget left. */
  | { do: 'continue' }
  | { do: 'cancel'; reason?: string }
  | { do: 'set'; variables: Variables; activation?: number; local?: boolean }
  | { do: 'suspend' }
  | { do: 'activate' }
);

/** What a step must know before it can go on. */
export type Need =
  | { need: 'value'; expression: Expression; scope: ScopeView }
  | { need: 'chunk'; body: number; number: number }
  | {
      need: 'definition';
      key: string;
      binding: 'latest' | 'deployment' | 'version' | 'versionTag';
      version?: Json;
      versionTag?: Json;
    };

/** What an expression sees of its instance, as plain data for an evaluator in another thread. */
export interface ScopeView {
  variables: Variables;
  /** Names that are local to the innermost scope. */
  local: string[];
  execution: ExecutionView;
}

/** The facts behind the `execution` object of Camunda 7 and Flowable. */
export interface ExecutionView {
  id: string;
  processInstanceId: string;
  processDefinitionId: string;
  processDefinitionKey: string;
  processBusinessKey: string | null;
  currentActivityId: string;
  currentActivityName: string | null;
  tenantId: string | null;
  /** Who gave the command; `authenticatedUserId` and `currentUser()`. */
  by: string | null;
  /** Epoch milliseconds (UTC): what `now()` says. */
  at: number;
}

/** The answer to a Need. `writes` are variables that a script set, in order. */
export type Answer =
  | { value: Json; writes?: Write[] }
  | { failure: string }
  | { thrown: Thrown }
  | { chunk: Chunk | undefined }
  | { definition: string };

export interface Write {
  name: string;
  /** `undefined` removes the variable. */
  value: Json | undefined;
  local?: boolean;
}

/** What a step changed. Nothing of the input was touched. */
export interface Step {
  instance: Instance;
  events: Event[];
  effects: Effect[];
  /** Chunk documents to write; one without activations is finished. */
  chunks: Chunk[];
}

/** A piece of a step: may ask needs, returns when done. */
export type Steps<T = void> = Generator<Need, T, Answer>;

/** What an element may see, ask and say while a token is with it. */
export interface Context {
  readonly definition: Definition;
  readonly node: Node;
  readonly activation: Activation;
  /** Of the node that the trigger belongs to: the node's own, or the attached one's. */
  readonly event: EventDefinition | undefined;
  readonly at: number;
  readonly by: string | undefined;
  readonly instance: Instance;
  /** Payload, when the event that would be waited for has already happened (behind an event-based gateway). */
  readonly caught: Variables | undefined;

  /** Evaluates an expression or mapping value in the scope of the activation. Throws Failure. */
  evaluate(value: Value): Steps<Json>;
  /** As evaluate, for an optional text: undefined stays undefined, null becomes undefined, the rest a string. */
  text(value: Expression | undefined): Steps<string | undefined>;
  /** As evaluate, for a condition; a value that is not a boolean is a Failure that names the expression. */
  holds(condition: Expression): Steps<boolean>;
  /** Evaluates a date, duration or cycle into its next due time, epoch milliseconds, and the firings left after it. */
  schedule(kind: 'date' | 'duration' | 'cycle', value: Expression): Steps<{ due: number; repeats: number }>;
  /** As evaluate, on other variables than the activation's: for output mappings of a called process. */
  evaluateOn(value: Value, variables: Variables): Steps<Json>;
  ask(need: Need): Steps<Answer>;

  /** Variables visible at the activation, innermost first. */
  variable(name: string): Json | undefined;
  variables(): Variables;
  /** Sets variables where they are defined, else on the process (`local`: on the activation). */
  set(variables: Variables, options?: { local?: boolean }): void;

  /** Opens a wait of the activation; it stays until it is answered, or the activation is left. */
  wait(wait: Omit<Wait, 'id' | 'activation' | 'node'> & { node?: number }, row?: WaitRow): Wait;
  /** Takes the token out by the outgoing flows: every one whose condition holds, else the default flow. */
  leave(): void;
  /** Takes the token out by exactly these flows. */
  leaveBy(flows: number[]): Steps;
  /** Puts a fresh token on a node of the same scope (link, event-based gateway) in place of this one. */
  moveTo(node: number, caught?: Variables): void;
  /** Starts the children of a scope: a token on each of the nodes. */
  open(nodes: number[]): void;
  /** Cancels everything inside the activation; itself stays. */
  cancelChildren(): void;
  /** Throws an error or escalation outwards from here. Answers whether someone caught it. */
  throw(thrown: Thrown): Steps<boolean>;
  /** Ends the instance's scope at once: terminate (BPMN 10.5.6). */
  terminate(): void;
  /** Says something to the outside. */
  send(effect: WithoutId<Effect>): void;
  /** Queues a move behind what is already queued. */
  then(move: Move): void;
  /** Writes an event that only shared code may: multi-instance counters. */
  record(event: Event): void;
}

/** Effect without its id, which the core gives. */
export type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/** What a BPMN element does. Hooks are optional: leave out what it does not do. */
export interface Behaviour {
  /** A token has come in. Without it the token passes through. */
  enter?(cx: Context): Steps;
  /** A wait of the element was answered. Without it the variables are set and the token goes on. */
  resume?(cx: Context, variables: Variables, wait: Wait): Steps;
  /** A token inside the scope has come to its end; `cx.activation.live` tells how many are left. */
  childLeft?(cx: Context, move: Extract<Move, { do: 'childLeft' }>): Steps;
  /** Which of the tokens that have arrived are joined now; undefined: it waits on. */
  join?(join: JoinView): Record<string, number> | undefined;
  /** True: the join looks again when the scope has come to rest. */
  joinsAtRest?: boolean;
}

/** What a joining gateway sees. */
export interface JoinView {
  definition: Definition;
  node: Node;
  /** flow index → tokens waiting there. */
  arrived: Record<string, number>;
  /** Nodes of the same scope that hold a token now (activations, and joins where flows wait, without this one). */
  tokens(): Iterable<number>;
}

/** One kind of event definition, wherever it stands: start, catch, boundary, event sub-process, throw, end. */
export interface Trigger {
  /** Begins to listen: opens a wait. Without it, it is found by a search outwards (error, escalation). */
  listen?(cx: Context, node: Node): Steps;
  /** Throws. Answers false where the token must not go on (it was taken by what was thrown). */
  throw?(cx: Context): Steps<boolean>;
  /** A non-interrupting listener has fired: listens again (cycle timers; messages and signals by default do). */
  again?(cx: Context, node: Node, wait: Wait): Steps;
}

/** Reads times out of texts; handed in because the core has no calendar. */
export interface Calendar {
  /** `after`: epoch milliseconds to count from. Throws Error with a sentence when the text cannot be read. */
  next(kind: 'date' | 'duration' | 'cycle', text: string, after: number): { due: number; repeats: number };
}

/** The parts that the core is handed. */
export interface Vocabulary {
  behaviours: Record<string, Behaviour>;
  triggers: Record<string, Trigger>;
  calendar: Calendar;
  /** Evaluates in place what needs no other thread (literal, JUEL); others become Needs. */
  inPlace: Record<string, (expression: Expression, scope: LiveScope) => Json>;
}

/** What an in-place evaluator sees: reads and writes go straight to the instance. */
export interface LiveScope {
  read(name: string): Json | undefined;
  has(name: string): boolean;
  names(): string[];
  write(name: string, value: Json | undefined, local?: boolean): void;
  execution: ExecutionView;
}
