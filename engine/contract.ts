/** What the engine promises: to its services (jobs, projections, tasklist, api) and to a program that embeds it. */

import type { Command, Instruction } from './core/language.js';
import type { Definition, Incident, Instance, InstanceState, TypeHints, Variables } from './core/types.js';
import type { DefinitionDocument, DeploymentDocument, JobDocument, JobRule } from './store/documents.js';
import type { Store, Unit } from './store/port.js';

export * from './refusals.js';

/** Epoch milliseconds (UTC). Tests hand in a virtual one. */
export type Clock = () => number;

/** One file of a deployment. `name` is data, never a path. */
export interface DeploymentFile {
  name: string;
  bytes: Uint8Array;
}

/** Something to say about a file: an `error` refuses the deployment, a `warning` does not. */
export interface Problem {
  level: 'error' | 'warning';
  file: string;
  /** Element id and name, where it is about one. */
  element?: string;
  name?: string;
  line?: number;
  column?: number;
  /** One sentence: the thing, the place, the way out. */
  message: string;
}

export interface DeploymentInput {
  name?: string;
  source?: string;
  tenant?: string;
  by?: string;
  files: DeploymentFile[];
  /**
   * True: a file whose bytes equal the newest deployed ones makes no new version. `sameName`: the newest that were
   * deployed under this name, and from this source where one is given.
   */
  changedOnly?: boolean | 'sameName';
}

export interface DeploymentResult {
  deployment: DeploymentDocument;
  /** Nothing had changed: the deployment is the earlier one. */
  unchanged?: true;
  /** New versions, and with `changedOnly` the unchanged ones. */
  definitions: DefinitionDocument[];
  warnings: Problem[];
}

export interface StartInput {
  /** The variables are what somebody filled into a form. */
  form?: boolean;
  /** Process id: its newest version in the tenant; or the id of one definition. */
  key?: string;
  definition?: string;
  tenant?: string;
  businessKey?: string;
  variables?: Variables;
  by?: string;
  /** The same key with the same tenant within a day answers the first instance again. */
  idempotencyKey?: string;
  /**
   * What a second open instance of the process with the same business key means: `refuse` throws DuplicateKey, `answer`
   * answers the first. Only starts that say so heed each other. Default: nothing.
   */
  unique?: 'refuse' | 'answer';
  onFailure?: Command['onFailure'];
  /** Index of a start event whose trigger fired (message, signal, timer). */
  startEvent?: number;
  /** What a client said of the variables beside their JSON. */
  types?: TypeHints;
  /** Where the tokens are put, instead of on the start events without trigger. */
  instructions?: Instruction[];
  /** No listener, no mapping runs in the first step. */
  skipListeners?: boolean;
  skipMappings?: boolean;
  /** Instance id to use; default: a new one. An existing one is answered as it is. */
  id?: string;
}

/** What became of a command, once it is durable and what it caused has been delivered (64 hops, 2 s at most). */
export interface Outcome {
  instance: string;
  definition: string;
  businessKey?: string;
  state: InstanceState;
  ended: boolean;
  version: number;
  startedAt: number;
  startedBy?: string;
  endedAt?: number;
  /** Incidents that are open now. */
  incidents: Incident[];
}

export interface PublishInput {
  name: string;
  tenant?: string;
  /** Matches the model's correlation key, else the business key. Absent: whoever listens to the name (one only). */
  key?: string;
  businessKey?: string;
  /** Correlation by variables: all must be visible at the listener with these values. */
  correlation?: Variables;
  variables?: Variables;
  /** Of these, the variables of the very activation that waits. */
  localCorrelation?: Variables;
  /** Waits of this instance only. */
  instance?: string;
  /** Waits of instances only, or start events only; default: a wait before a start event. */
  only?: 'waits' | 'starts';
  /** Any of these tenants, in place of `tenant`. */
  tenants?: string[];
  /** Set on the activation that waits (of an instance that is started: on the process). */
  local?: Variables;
  onFailure?: Command['onFailure'];
  types?: TypeHints;
  /** Milliseconds to keep it when nobody listens yet; 0 (default): refuse then. */
  timeToLive?: number;
  /** Id for repetition: the same id is published once in a tenant; another message under it is refused (KeyReused). */
  id?: string;
  by?: string;
}

/** Variables on which conditional start events are looked at; the rest is as for a start. */
export interface ConditionInput {
  /** One definition, whether it is the newest version or not; default: all newest versions. */
  definition?: string;
  tenant?: string;
  /** Any of these tenants, in place of `tenant`. */
  tenants?: string[];
  variables?: Variables;
  businessKey?: string;
  by?: string;
  onFailure?: Command['onFailure'];
  types?: TypeHints;
}

/** Who got a message: a wait of an instance, or an instance that it started. */
export type Delivered = { result: 'delivered'; instance: string; wait?: string; started?: boolean };

export interface BroadcastInput {
  name: string;
  tenant?: string;
  /** Any of these tenants, in place of `tenant`. */
  tenants?: string[];
  variables?: Variables;
  /** Of the instances that it starts. */
  businessKey?: string;
  by?: string;
  onFailure?: Command['onFailure'];
  types?: TypeHints;
}

export type PublishResult =
  | Delivered
  | { result: 'stored'; message: string; expiresAt: number }
  | { result: 'nobody' }
  | {
      result: 'ambiguous';
      candidates: { instance: string; definition: string; element: string; businessKey?: string }[];
    };

/** Who asks. Part of every query for what people may see, and of the same rule in memory (SSE). */
export interface Reader {
  /** Tenants whose documents are visible; the default tenant is `''`. */
  tenants: string[];
  person: string;
  groups: string[];
  /** Sees and does everything within the tenants. */
  administrator: boolean;
  /** What authorizations say about this person, per resource, the decisive rule first. */
  rules?: ReadonlyMap<string, readonly Rule[]>;
}

/** One thing that a person may or may not do with one or all (`*`) documents of a resource. */
export interface Rule {
  id: string;
  permissions: readonly string[];
  grants: boolean;
  /** Whom it names: rules that name somebody go before those for everybody. */
  of: 'user' | 'group' | 'everybody' | 'default';
}

/** Definitions, as the engine asks for them. */
export interface Definitions {
  deploy(input: DeploymentInput): Promise<DeploymentResult>;
  definition(id: string): Promise<Definition>;
  latest(key: string, tenant?: string): Promise<Definition>;
  /** How it stands now. Throws NotFound. */
  standing(id: string): Promise<Standing>;
}

/** What was laid down for a definition while it runs. */
export interface Standing {
  /** Nothing starts. */
  suspended: boolean;
  /** By id of the job definition. */
  jobs: ReadonlyMap<string, JobRule>;
  /** Days that the past of its instances is kept, in place of the model's; null: for ever. */
  timeToLive?: number | null;
}

/** A commit that is durable. */
export interface Committed {
  unit: Unit;
}

/** A commit, as those hear of it who did not make it. */
export interface CommitNews {
  instance: string;
  tenant: string;
  /** Process id. */
  key: string;
  startedBy?: string;
  type: 'started' | 'changed' | 'ended';
  tasks: { id: string; type: 'created' | 'completed' | 'cancelled' }[];
  jobs: JobNews[];
  incidents: { id: string; type: 'opened' | 'resolved' }[];
}

/** There is, or will be, a job to do. */
export type JobNews = Pick<JobDocument, 'kind' | 'topic' | 'due'>;

/** What processes on the same data tell each other. */
export type News =
  | { of: 'commit'; commit: CommitNews }
  | { of: 'job'; job: JobNews }
  | { of: 'task'; task: string }
  | { of: 'deployment'; deployment: string }
  /** It was suspended, activated or deleted, or its jobs were given other rules. */
  | { of: 'definition'; definition: string }
  | { of: 'identity' };

export interface Engine {
  readonly store: Store;
  readonly clock: Clock;

  /** Throws DeploymentRefused with all problems. */
  deploy(input: DeploymentInput): Promise<DeploymentResult>;
  /** The compiled definition, from the cache or the store. Throws NotFound. */
  definition(id: string): Promise<Definition>;
  /** The newest version of a key. Throws NotFound. */
  latest(key: string, tenant?: string): Promise<Definition>;

  /** Throws NotFound, Suspended, DuplicateKey, Refused. */
  start(input: StartInput): Promise<Outcome>;
  /** Starts an instance at every conditional start event whose condition holds. Throws as start, and BadCommand without any. */
  startWhereTrue(input: ConditionInput): Promise<Outcome[]>;
  /** Sends a command to an instance. Throws NotFound, StaleCommand, BadCommand, Refused (`retry`/`refuse` and it failed), Busy. */
  send(instance: string, command: Command): Promise<Outcome>;
  /** What the instance would be after the command, and nothing is kept. Throws as send, and Refused where anything would fail. */
  rehearse(instance: string, command: Command): Promise<Instance>;
  /** A fresh read, never the cache. */
  instance(id: string): Promise<Instance | undefined>;
  /** Variables visible at an activation (of the instance or one of its chunks), innermost first; a fresh read. */
  variablesAt(instance: string, activation: number, wait?: string): Promise<Variables>;
  /** Those of the activation alone; a fresh read. */
  localVariablesAt(instance: string, activation: number, wait?: string): Promise<Variables>;

  publish(input: PublishInput): Promise<PublishResult>;
  /** Gives a message to every wait and start event that it fits, now. */
  publishToAll(input: PublishInput): Promise<Delivered[]>;
  /** Answers the instances that heard it or were started. */
  broadcast(input: BroadcastInput): Promise<string[]>;

  /** Called after each commit, in the order of the commits of one instance. Answers the function that stops it. */
  onCommit(listener: (committed: Committed) => void): () => void;
  /** Called after each deployment of this node. Answers the function that stops it. */
  onDeploy(listener: (result: DeploymentResult) => void): () => void;
  /** Tells the other processes on the same data, if there are any. Commits and deployments are told without it. */
  tell(news: News): void;
  /** Hears what other processes tell, soon; a crash may swallow it. Answers the function that ends it. */
  onNews(listener: (news: News) => void): () => void;
  /** Finishes what a crash left: delivers unsettled outboxes. */
  recover(): Promise<void>;
  /** Resolves when no command runs and nothing is left to deliver. */
  idle(): Promise<void>;
  /** No new work; what runs is finished; then everything is closed. */
  close(): Promise<void>;
}
