/** What dialects turn their attributes into: neutral properties of one element, before it becomes a Node. */

import type { Expression, FormField, Json, Listener, Mapping } from '../core/types.js';

/** Everything that extensions can say about one element. Absent: not said. */
export interface Properties {
  // process
  historyTimeToLive?: string;
  versionTag?: string;
  candidateStarterUsers?: string[];
  candidateStarterGroups?: string[];
  startableInTasklist?: boolean;
  // any flow node
  asyncBefore?: boolean;
  asyncAfter?: boolean;
  retryCycle?: Expression;
  jobPriority?: Expression;
  listeners?: Listener[];
  inputs?: Mapping[];
  outputs?: Mapping[];
  metadata?: Record<string, string>;
  initiator?: string;
  // user task
  assignee?: Expression;
  candidateUsers?: Expression[];
  candidateGroups?: Expression[];
  due?: Expression;
  followUp?: Expression;
  priority?: Expression;
  taskListeners?: Listener[];
  // form of a user task or start event
  formKey?: Expression;
  formRef?: string;
  formBinding?: string;
  formVersion?: string;
  formSchema?: Json;
  formFields?: FormField[];
  formBusinessKey?: string;
  // what a task does: one of the three
  topic?: Expression;
  script?: Expression;
  publishes?: boolean;
  // beside it
  retries?: Expression;
  workPriority?: Expression;
  headers?: Record<string, string>;
  resultVariable?: string;
  resource?: string;
  /** Said how (`type="external"`), but not what: the topic has to be named too. */
  needsTopic?: string;
  // call activity
  calledProcess?: Expression;
  binding?: string;
  calledVersion?: Expression;
  calledVersionTag?: Expression;
  businessKey?: Expression;
  in?: Mapping[];
  inAll?: boolean;
  out?: Mapping[];
  outAll?: boolean;
  // multi-instance
  collection?: Expression;
  elementVariable?: string;
  elementIndexVariable?: string;
  outputCollection?: string;
  outputElement?: Expression;
  // events
  correlationKey?: Expression;
  codeVariable?: string;
  messageVariable?: string;
  errorMessage?: Expression;
  variableNames?: string[];
  signalName?: Expression;
  messageName?: Expression;
}
