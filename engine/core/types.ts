/** The plain data that the core works on: Definition, Instance, Activation, Wait, Event. JSON throughout, never a class. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Process variables by name. Values are plain JSON; times are ISO 8601 strings. */
export type Variables = Record<string, Json>;

// ---------------------------------------------------------------------------------------------- Definition

/** A text of the model that is evaluated, with the line of the file it stands on. `literal` is the text itself. */
export interface Expression {
  language: 'literal' | 'juel' | 'feel' | 'javascript';
  source: string;
  line: number;
}

/** A mapping into (`inputs`) or out of (`outputs`) the local scope of a node. */
export interface Mapping {
  target: string;
  value: Value;
}

/** What a mapping assigns: an expression, or a list or map of such values (`camunda:list`, `camunda:map`). */
export type Value = Expression | { list: Value[] } | { map: { key: string; value: Value }[] };

/** One execution listener or task listener: an expression or script that runs for its effects. */
export interface Listener {
  event: 'start' | 'end' | 'take' | 'create' | 'assignment' | 'complete' | 'update' | 'delete';
  run: Expression;
}

/** What fires an event, and how. `type` names the part in `triggers/`. */
export interface EventDefinition {
  type: 'timer' | 'message' | 'signal' | 'error' | 'escalation' | 'terminate' | 'link' | 'conditional';
  /** Message, signal or link name; may be an expression. */
  name?: Expression;
  /** Error or escalation code; absent on a catcher means: any. */
  code?: string;
  /** Error message of `bpmn:error`, for a thrower. */
  message?: Expression;
  /** Variables that receive the code and the message of what was caught. */
  codeVariable?: string;
  messageVariable?: string;
  /** Correlation key of a message catcher; absent: the business key, or variables that the publisher names. */
  correlationKey?: Expression;
  timer?: { kind: 'date' | 'duration' | 'cycle'; value: Expression };
  condition?: Expression;
  /** A conditional event looks only when one of these variables changed (absent: any). */
  variableNames?: string[];
  /** A message throw that a worker carries out (`camunda:topic`, `zeebe:taskDefinition`): job instead of publication. */
  job?: JobSpec;
  /** Payload of a thrown message or signal. */
  payload?: Mapping[];
  /** True: payload is all variables that are visible. */
  payloadAll?: boolean;
}

/** Who may do a user task, and when: every text may be an expression. */
export interface TaskSpec {
  assignee?: Expression;
  candidateUsers?: Expression[];
  candidateGroups?: Expression[];
  due?: Expression;
  followUp?: Expression;
  priority?: Expression;
  name?: Expression;
  description?: Expression;
  form?: FormSpec;
  listeners?: Listener[];
}

/** The form of a user task or start event, in neutral words. */
export interface FormSpec {
  /** `camunda-forms:deployment:x.form`, a URL, `embedded:…`: as the model says it. */
  key?: Expression;
  /** Id of a deployed form-js form. */
  ref?: string;
  binding?: 'latest' | 'deployment' | 'version';
  version?: number;
  /** Form-js schema that lies in the file itself (`zeebe:userTaskForm`). */
  schema?: Json;
  fields?: FormField[];
  /** The form field that is the business key (`camunda:formData businessKey`). */
  businessKey?: string;
}

/** One field of a generated form (`camunda:formField`, `flowable:formProperty`). */
export interface FormField {
  id: string;
  label?: string;
  type: string;
  default?: Expression;
  values?: { id: string; name: string }[];
  constraints?: { name: string; config?: string }[];
  properties?: Record<string, string>;
  variable?: string;
  readable?: boolean;
  writable?: boolean;
}

/** Work for a worker: which topic, how often to try, how urgent. */
export interface JobSpec {
  topic: Expression;
  retries?: Expression;
  priority?: Expression;
  /** Static data for the worker (`zeebe:taskHeaders`, `camunda:field`, `camunda:properties`). */
  headers?: Record<string, string>;
  resultVariable?: string;
}

export interface CallSpec {
  process: Expression;
  binding: 'latest' | 'deployment' | 'version' | 'versionTag';
  version?: Expression;
  versionTag?: Expression;
  businessKey?: Expression;
  /** Into the child; `all`: every visible variable. */
  in: Mapping[];
  inAll?: boolean;
  /** Back into the caller; evaluated on the child's variables. */
  out: Mapping[];
  outAll?: boolean;
}

/** Multi-instance (BPMN 13.3.7): `collection` or `cardinality`, one after the other or all at once. */
export interface LoopSpec {
  sequential: boolean;
  cardinality?: Expression;
  collection?: Expression;
  elementVariable?: string;
  elementIndexVariable?: string;
  completionCondition?: Expression;
  /** `zeebe:loopCharacteristics`: the results in order of items. */
  outputCollection?: string;
  outputElement?: Expression;
}

/** One flow node (or the process itself, index 0). */
export interface Node {
  index: number;
  id: string;
  name?: string;
  line: number;
  /** BPMN element name in lower camel case: `userTask`, `exclusiveGateway`, `process`, …: the key in `elements/`. */
  type: string;
  /** Index of the scope that it lies in; the process has -1. */
  parent: number;
  incoming: number[];
  outgoing: number[];
  defaultFlow?: number;
  /** Boundary event: the activity; event sub-process: the scope that it listens in. */
  attachedTo?: number;
  /** Boundary events of an activity, event sub-processes of a scope. */
  attached: number[];
  /** A scope: its start events that need no trigger. An event sub-process: its one start event. */
  starts: number[];
  /** Of events; an event sub-process carries the one of its start event. */
  event?: EventDefinition;
  interrupting?: boolean;
  loop?: LoopSpec;
  inputs?: Mapping[];
  outputs?: Mapping[];
  /** Results of a task stay local, and only the outputs leave (FEEL dialects). */
  localResults?: boolean;
  listeners?: Listener[];
  asyncBefore?: boolean;
  asyncAfter?: boolean;
  /** `R3/PT10S` or a comma list of intervals, for jobs of this node. */
  retryCycle?: Expression;
  jobPriority?: Expression;
  task?: TaskSpec;
  job?: JobSpec;
  /** Script task, or service task with an expression: evaluated in place of work. */
  script?: { run: Expression; resultVariable?: string };
  call?: CallSpec;
  /** Start event: variable that receives the starter's id. */
  initiator?: string;
  form?: FormSpec;
  documentation?: string;
  /** Free metadata (`camunda:properties`, `zeebe:properties`). */
  properties?: Record<string, string>;
}

export interface Flow {
  index: number;
  id: string;
  name?: string;
  line: number;
  from: number;
  to: number;
  condition?: Expression;
  listeners?: Listener[];
}

/** The compiled process: a flat table of nodes and flows. Immutable, plain JSON, versioned. */
export interface Definition {
  /** Format of this compiled form; an older one is compiled again from the XML. */
  format: number;
  /** `key:version:tenant` as stored, e.g. `order:3` or `order:3:acme`. */
  id: string;
  key: string;
  version: number;
  tenant: string;
  deployment: string;
  name?: string;
  versionTag?: string;
  dialect: string;
  /** ISO 8601 duration or days, as written. */
  historyTimeToLive?: string;
  candidateStarterUsers?: string[];
  candidateStarterGroups?: string[];
  startableInTasklist?: boolean;
  documentation?: string;
  nodes: Node[];
  flows: Flow[];
}

// ------------------------------------------------------------------------------------------------ Instance

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
  /** `<body activation>.<number>`: the chunk document that holds it, for items of a large multi-instance. */
  chunk?: string;
  /** How far it is, where a wait interrupts its own course: behind `asyncBefore`, before `asyncAfter`. */
  phase?: 'before' | 'active' | 'after';
}

/** The counters of a multi-instance body. */
export interface Loop {
  total: number;
  /** Items opened so far; the next one has this number. */
  opened: number;
  completed: number;
  /** Items per chunk document; 0: the items lie in the instance itself. */
  chunkSize: number;
  results?: Json[];
}

/**
 * "Here it goes no further until someone outside answers." Its id is the idempotency key of the answer:
 * `<instance>~<number>`, or `<instance>~<number>c<chunk>` for an item of a large multi-instance.
 */
export interface Wait {
  id: string;
  kind: 'task' | 'job' | 'async' | 'timer' | 'message' | 'signal' | 'child' | 'condition';
  activation: number;
  /** The node that is waited for: the activation's own, an attached one, or a target of an event-based gateway. */
  node: number;
  /** Message or signal name; topic of a job; definition id of a child. */
  name?: string;
  /** Correlation key of a message; instance id of a child. */
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
  /** Machine-readable kind: `expression`, `no-flow`, `job`, `loop`, `depth`, `uncaught-error`, `join`, `definition`. */
  type: string;
  /** One sentence: the thing, the place, the way out. */
  message: string;
  /** The move that is tried again on retry; absent: the wait below. */
  move?: Move;
  wait?: string;
}

/** One thing a step still has to do; persisted only between steps and in incidents. */
export type Move = {
  /** The chunk that it needs, when it was put off. */
  chunk?: string;
} /** `caught`: payload of the event that the target would have waited for (behind an event-based gateway). */ & (
  | { do: 'take'; flow: number; scope: number; caught?: Variables }
  /** Goes on with an activation at its phase. */
  | { do: 'begin'; activation: number; caught?: Variables }
  /** `flows`: by exactly these; absent: by all whose condition holds, else the default flow. */
  | { do: 'leave'; activation: number; flows?: number[]; caught?: Variables }
  /** A wait was answered. */
  | { do: 'resume'; activation: number; wait: Wait; variables: Variables }
  | { do: 'childLeft'; activation: number; item?: number; result?: Json }
  /** Opens the next items of a multi-instance body. */
  | { do: 'open'; activation: number }
  /** Throws an error or escalation from an activation outwards. */
  | { do: 'throw'; activation: number; thrown: Thrown }
  /** Fires a boundary event or event sub-process. */
  | { do: 'fire'; activation: number; node: number; variables: Variables; wait?: Wait }
);

/** An error or escalation on its way outwards. */
export interface Thrown {
  type: 'error' | 'escalation';
  code?: string;
  message?: string;
  variables?: Variables;
}

/** What the engine must do outside once the commit is durable; kept in the outbox until it is settled. */
export type Effect = { id: string; hops: number } & EffectBody;

/** An effect without what the core adds. */
export type EffectBody =
  | { do: 'continue' }
  /** The child's id is the wait's. */
  | { do: 'startChild'; wait: string; definition: string; variables: Variables; businessKey?: string }
  | { do: 'cancelChild'; child: string }
  | { do: 'answerParent'; instance: string; wait: string; variables: Variables; thrown?: Thrown }
  | { do: 'publish'; name: string; key?: string; variables: Variables }
  | { do: 'broadcast'; name: string; variables: Variables }
  /** Closes what a cancelled multi-instance left in its chunks, the first of `chunks` now. */
  | { do: 'sweep'; chunks: string[] };

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
}

// -------------------------------------------------------------------------------------------------- Events

/** What happened, in the past tense. `apply` is the only function that turns events into state. */
export type Event =
  | {
      type: 'started';
      definition: string;
      key: string;
      businessKey?: string;
      by?: string;
      parent?: { instance: string; wait: string };
      root: string;
      depth: number;
    }
  /** `fresh`: a new token (attached event, item, start event), not one that a flow brought. */
  | {
      type: 'entered';
      activation: number;
      node: number;
      parent: number;
      fresh?: boolean;
      item?: number;
      chunk?: string;
      variables?: Variables;
    }
  | { type: 'phased'; activation: number; phase: 'before' | 'active' | 'after' }
  /** `waits`: the token stays at the join of the flow's target. */
  | { type: 'taken'; flow: number; scope: number; waits?: boolean }
  | { type: 'joined'; node: number; scope: number; flows: Record<string, number> }
  | { type: 'waiting'; wait: Wait; row: WaitRow }
  | { type: 'answered'; wait: string; by?: string; variables?: Variables }
  | { type: 'dropped'; wait: string }
  | { type: 'set'; activation: number; variables: Variables }
  | { type: 'unset'; activation: number; names: string[] }
  | { type: 'looped'; activation: number; loop: Loop }
  /** `tokens`: how many tokens go on in the enclosing scope. */
  | { type: 'left'; activation: number; tokens: number; cancelled?: boolean }
  /** Everything inside the scope is gone at once; its items in chunks are swept later. */
  | { type: 'cleared'; activation: number }
  | { type: 'sent'; effect: Effect }
  | { type: 'incident'; incident: Incident }
  | { type: 'resolved'; incident: string; by?: string }
  | { type: 'queued'; moves: Move[] }
  | { type: 'visited'; visits: Record<string, number> }
  | { type: 'suspended'; by?: string }
  | { type: 'activated'; by?: string }
  | { type: 'ended'; state: 'completed' | 'cancelled' | 'failed'; reason?: string; by?: string; variables?: Variables };

/** An event as the history keeps it: with the node's id, so that it reads without the definition. */
export type RecordedEvent = Event & { at: number };
