/** The language of the core: commands in, needs and answers between, a step out; and the contracts of its parts. */

import type { Command } from './commands.js';
import type {
  Activation,
  Chunk,
  Definition,
  Effect,
  EffectBody,
  Event,
  Expression,
  Instance,
  Json,
  Loop,
  Move,
  Node,
  Thrown,
  Value,
  Variables,
  Wait,
  WaitRow,
} from './types.js';
import type { Limits } from './world.js';

export type * from './commands.js';

/** What a step must know before it can go on. */
export type Need =
  | { need: 'value'; expression: Expression; scope: ScopeView }
  | { need: 'chunk'; chunk: string }
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
  | { thrown: Thrown; writes?: Write[] }
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
  /** The element: the activation's node, or the node that listens on its behalf (attached, behind an event gateway). */
  readonly node: Node;
  readonly activation: Activation;
  readonly instance: Instance;
  readonly command: Command;
  readonly limits: Limits;
  /** Payload, when the event that would be waited for has already happened. */
  readonly caught: Variables | undefined;
  /** The trigger of the node's event definition. */
  readonly trigger: Trigger | undefined;

  /** Evaluates an expression or mapping value in the scope of the activation. Throws Failure. */
  evaluate(value: Value): Steps<Json>;
  /** As evaluate, on these variables instead: for the output mappings of a called process. */
  evaluateOn(value: Value, variables: Variables): Steps<Json>;
  /** As evaluate, for an optional text: undefined and null become undefined, the rest a string. */
  text(value: Expression | undefined): Steps<string | undefined>;
  /** As evaluate, for a condition: a value that is not a boolean is a Failure that names the expression. */
  holds(condition: Expression): Steps<boolean>;
  /** As evaluate, for a time: epoch milliseconds (UTC), counted from `after` (default: now). */
  time(kind: 'date' | 'duration' | 'cycle', value: Expression, after?: number): Steps<{ due: number; repeats: number }>;
  ask(need: Need): Steps<Answer>;
  /** The error of a thing that goes wrong here, with its place. */
  failure(type: string, message: string): Error;

  /** The innermost visible variable of that name. */
  variable(name: string): Json | undefined;
  /** All visible variables. */
  variables(): Variables;
  /** Sets variables where they are defined, else on the process (`local`: on the activation). */
  set(variables: Variables, local?: boolean): void;
  /** As set, seen from the enclosing scope: what leaves the element. */
  setOutside(variables: Variables): void;

  /** The same view for another node that listens on behalf of this activation. */
  on(node: Node): Context;
  /** Opens a wait of the activation; it stays until it is answered, or the activation is left. */
  wait(wait: Omit<Wait, 'id' | 'activation' | 'node'>, row?: WaitRow): Wait;
  /** The token leaves, by exactly these flows, or by all whose condition holds (else the default flow). */
  leave(flows?: number[], caught?: Variables): void;
  /** The token goes on at another node of the same scope (link). */
  moveTo(node: number): void;
  /** Puts a fresh token on each of these nodes inside the activation. */
  open(nodes: number[], caught?: Variables): void;
  /** Puts a fresh token on one item of a multi-instance; `chunk`: number of the document that it goes to. */
  openItem(item: number, variables: Variables, chunk?: number): void;
  /** Cancels everything inside the activation; itself stays. */
  clear(): void;
  /** Throws an error or escalation outwards. Answers false when nobody catches it. */
  throw(thrown: Thrown): boolean;
  /** Cancels everything in the enclosing scope and ends it (BPMN 2.0.2, 10.5.3: terminate end event). */
  terminate(): void;
  /** Says something to the outside. */
  send(effect: EffectBody): void;
  /** Queues a move behind what this move has queued. */
  queue(move: Move): void;
  /** Counters of a multi-instance body changed, and an item brought its result. */
  looped(loop: Partial<Loop>, result?: { item: number; value: Json }): void;
  /** What the items of a multi-instance body have brought, in their order; null where one brought nothing. */
  results(): Steps<Json[]>;
}

/** What a BPMN element does. Hooks are optional: leave out what it does not do. */
export interface Behaviour {
  /** A token has come in. Without it the token passes through. */
  enter?(cx: Context): Steps;
  /** A wait of the element was answered. Without it the variables are set and the token goes on. */
  resume?(cx: Context, variables: Variables, wait: Wait): Steps;
  /** It is cancelled by command or interrupted: said before its mappings and end listeners run, where they do. */
  cancelled?(cx: Context): Steps;
  /** An error or escalation of the process that it called passes it; `variables` are those of that process. */
  passed?(cx: Context, variables: Variables): Steps;
  /** A token inside has come to its end; `cx.activation.live` tells how many are left. */
  childLeft?(cx: Context, move: Extract<Move, { do: 'childLeft' }>): Steps;
  /** The next items of a multi-instance are due. */
  opened?(cx: Context): Steps;
  /** Which of the tokens that have arrived are joined now; undefined: they wait on. */
  join?(arrival: Arrival): Record<string, number> | undefined;
  /** True: the join looks again when the scope has come to rest. */
  joinsAtRest?: boolean;
}

/** What a joining gateway sees. */
export interface Arrival {
  definition: Definition;
  node: Node;
  /** Flow index → tokens waiting there. */
  arrived: Record<string, number>;
  /** Nodes of the same scope that hold another token now. */
  tokens(): Iterable<number>;
}

/** One kind of event definition, wherever it stands: start, catch, boundary, event sub-process, throw, end. */
export interface Trigger {
  /** Begins to listen: opens a wait. Without it, the catcher is found by a search outwards (error, escalation). */
  listen?(cx: Context): Steps;
  /** Throws. Answers true where the token goes on behind it. */
  throw?(cx: Context): Steps<boolean>;
  /** A non-interrupting listener has fired: listens again, where this kind does. */
  again?(cx: Context, fired: Wait): Steps;
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
