/** What a workload drives: an engine behind a few verbs. A workload never knows which. */

import type { Variables } from '../../engine/core/types.js';

/** Instances are known by their business key, which is unique here. Every promise means: it is done and, where the subject is durable, on disk. */
export interface Subject {
  start(process: string, businessKey: string, variables: Variables): Promise<void>;
  /** Completes the user task that the instance waits at. */
  complete(businessKey: string, variables: Variables): Promise<void>;
  /** Correlates a message by the business key. */
  publish?(message: string, businessKey: string): Promise<void>;
  /** Fetches and locks work of a topic: at most `max` ids. */
  fetch?(topic: string, max: number): Promise<string[]>;
  /** Completes a piece of work. */
  finish?(work: string): Promise<void>;
  /** How many instances have come to their regular end. */
  ended(): number;
  /** Finishes what it does behind the answers. */
  settle?(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a subject on one BPMN file, with its data in a folder of its own. */
export type OpenSubject = (xml: string, folder: string) => Promise<Subject>;
