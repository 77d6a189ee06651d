/** Where a sample can be played: in this process, or on a running server. */

import type { Variables } from '../engine/core/types.js';
import type { Handler } from '../engine/jobs/index.js';
import type { Sample } from './sample.js';

export interface OpenTask {
  id: string;
  element: string;
  name: string;
  assignee?: string;
}

export interface Stage {
  /** What it is, for the terminal. */
  name: string;
  deploy(sample: Sample): Promise<void>;
  /** Answers the instance's id. */
  start(key: string, input: { businessKey: string; variables: Variables }): Promise<string>;
  /** Carries out the jobs of a topic from now on. */
  work(topic: string, handler: Handler): void;
  tasks(instance: string): Promise<OpenTask[]>;
  complete(task: string, variables: Variables): Promise<void>;
  variables(instance: string): Promise<Variables>;
  publish(message: { name: string; businessKey: string; variables: Variables }): Promise<void>;
  look(instance: string): Promise<{ ended: boolean; waitsForMessage: boolean; incidents: string[] }>;
  /** Names of the elements that were entered, in order. */
  visits(instance: string): Promise<string[]>;
  close(): Promise<void>;
}
