/** The Definition: a compiled process as a flat table of nodes and flows. */

import type { Json } from './values.js';

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
  /** Business key of what a thrown signal starts. */
  businessKey?: Expression;
  /** A thrown signal is heard apart from who throws it: a listener that fails does not refuse the thrower's command. */
  later?: true;
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

/** Where the engine that a file was written for does otherwise than the standard. */
export interface Traits {
  /** What is cancelled by command or interrupted still runs its output mappings and end listeners. */
  concludesCancelled?: true;
  /** An error that nobody catches ends its path like a none end event; an escalation is ignored. */
  endsUncaught?: true;
  /** The output mappings of a call run also when an error or escalation comes out of it. */
  passesOutputsOfErrors?: true;
  /** The first item of a multi-instance has the `loopCounter` 1. */
  countsItemsFromOne?: true;
  /** A flow of an inclusive gateway without condition is always taken. */
  takesBareFlows?: true;
  /** Output mappings of a multi-instance are refused: every item would overwrite them. */
  refusesOutputsOfItems?: true;
  /** An inclusive join waits for every token from which a way leads to it. */
  joinsAllThatMayCome?: true;
  /** A receive task without a message waits until somebody triggers it. */
  receivesTriggers?: true;
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
  traits?: Traits;
  /** ISO 8601 duration or days, as written. */
  historyTimeToLive?: string;
  candidateStarterUsers?: string[];
  candidateStarterGroups?: string[];
  startableInTasklist?: boolean;
  documentation?: string;
  /** Target namespace of the file. */
  category?: string;
  nodes: Node[];
  flows: Flow[];
}
