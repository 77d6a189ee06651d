/** Events: what happened, in the past tense. */

import type { Effect } from './effects.js';
import type { Incident, Loop, Move, Wait, WaitRow } from './instance.js';
import type { Json, TypeHints, Variables } from './values.js';

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
  | { type: 'phased'; activation: number; phase: 'before' | 'active' | 'after'; next?: Move }
  /** `waits`: the token stays at the join of the flow's target. */
  | { type: 'taken'; flow: number; scope: number; waits?: boolean }
  /** A fresh token was put on a flow by hand; taking the flow comes next. */
  | { type: 'placed'; flow: number; scope: number }
  /** The tokens that waited at a join were taken away by hand. */
  | { type: 'withdrawn'; node: number; scope: number }
  | { type: 'joined'; node: number; scope: number; flows: Record<string, number> }
  | { type: 'waiting'; wait: Wait; row: WaitRow }
  /** A timer is due at another time. */
  | { type: 'rescheduled'; wait: string; due: number; repeats?: number }
  /** `by`: the person who was signed in; `worker`: what the program calls itself that did the work. */
  | { type: 'answered'; wait: string; by?: string; worker?: string; variables?: Variables }
  | { type: 'dropped'; wait: string }
  | { type: 'set'; activation: number; variables: Variables }
  | { type: 'typed'; types: TypeHints }
  | { type: 'unset'; activation: number; names: string[] }
  /** `loop`: the counters that changed; `result`: what an item brought for the output collection. */
  | { type: 'looped'; activation: number; loop: Partial<Loop>; result?: { item: number; value: Json } }
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
  /** `byCaller`: the process that called it has given it up. */
  | {
      type: 'ended';
      state: 'completed' | 'cancelled' | 'failed';
      reason?: string;
      by?: string;
      byCaller?: true;
      variables?: Variables;
    };

/** An event as the history keeps it: with its time, epoch milliseconds (UTC). */
export type RecordedEvent = Event & { at: number };
