/** What a sample is: its files, how it is started, what its workers do, what its people answer. */

import type { Variables } from '../engine/core/types.js';
import type { Handler } from '../engine/jobs/index.js';

/** A number from 0 (inclusive) to 1 (exclusive); the demo hands in a repeatable one. */
export type Random = () => number;

export interface Sample {
  /** Its folder in `samples/`. */
  name: string;
  /** Its name for people. */
  title: string;
  /** A paragraph for a newcomer. */
  paragraph: string;
  /** Names of its files in the folder, deployed together. */
  files: string[];
  /** Process that is started. */
  key: string;
  /** The n-th instance (from 1), as somebody would start it. */
  start(n: number, random: Random): { businessKey: string; variables: Variables };
  /** What programs do: topic → handler. */
  workers: Record<string, Handler>;
  /** What the outside says while an instance waits for it: message name → variables; correlated by business key. */
  messages?: Record<string, (random: Random, variables: Variables) => Variables>;
  /** What people answer: element id → variables; an element without one gets its form filled in plausibly. */
  answers: Record<string, (random: Random, variables: Variables) => Variables>;
}

/** One of several, with the same chance. */
export const oneOf = <T>(random: Random, choices: readonly T[]): T => choices[Math.floor(random() * choices.length)]!;
