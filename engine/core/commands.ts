/** Commands: what the outside says to an instance, as verbs. */

import type { Thrown, TypeHints, Variables } from './types.js';

/** What to do when an expression, script or flow fails while a command runs. */
export type OnFailure = 'incident' | 'retry' | 'refuse';

/**
 * What the outside says. Time, person and failure policy travel in it: the core has no clock and asks nobody.
 * `at` is epoch milliseconds (UTC).
 */
export type Command = {
  at: number;
  by?: string;
  onFailure: OnFailure;
  /** Persisted hops behind this command since somebody outside last spoke. */
  hops?: number;
  /** What a client said of the variables beside their JSON. */
  types?: TypeHints;
  /** The variables are what somebody filled into a form. */
  form?: boolean;
  /** No execution or task listener runs in this step. */
  skipListeners?: boolean;
  /** No input or output mapping runs in this step. */
  skipMappings?: boolean;
} & (
  | {
      do: 'start';
      instance: string;
      businessKey?: string;
      variables: Variables;
      tenant: string;
      /** Index of the start event whose trigger fired; absent: the start events without trigger. */
      startEvent?: number;
      parent?: { instance: string; wait: string };
      root?: string;
      depth?: number;
      /** Where the tokens are put, instead of on start events. */
      instructions?: Instruction[];
    }
  /** Answers a wait: completes a task or job, fires a timer, delivers a message, a signal or a child's end. */
  | {
      do: 'resume';
      wait: string;
      variables: Variables;
      /** Set on the activation itself first: what its output mappings may read and nobody else does. */
      local?: Variables;
      /** What the program calls itself that did the work: a name that it chose, never who it is. */
      worker?: string;
    }
  /** Answers a wait with an error or escalation. `called`: what the called process knows that it comes from. */
  | { do: 'throw'; wait: string; thrown: Thrown; called?: Variables; worker?: string }
  /** A job or timer failed for good: leaves an incident on its wait. */
  | { do: 'fail'; wait: string; message: string }
  /** Reads the time of a timer again, counted from `after` (epoch milliseconds). */
  | { do: 'reschedule'; wait: string; after: number }
  /** Takes a timer or continuation away without an answer: its token stays until somebody moves it by hand. */
  | { do: 'drop'; wait: string }
  | { do: 'retry'; incident: string }
  /** Somebody says that something is wrong at an activation: an incident that nothing but a `retry` of it resolves. */
  | { do: 'report'; activation: number; wait?: string; type: string; message: string; configuration?: string }
  /** Goes on with the moves that the budget left. */
  | { do: 'continue' }
  /** Closes what a cancelled multi-instance left in its chunks. */
  | { do: 'sweep'; chunks: string[] }
  /**
   * Ends the instance. `withCall`: the call activity that waits for it is cancelled, too, in place of an incident there.
   * `keepChildren`: called processes go on without it.
   */
  | { do: 'cancel'; reason?: string; withCall?: boolean; keepChildren?: boolean }
  /** `remove`: names to take away. `wait`: one of the activation's, needed where that may lie in a chunk. */
  | {
      do: 'set';
      variables: Variables;
      remove?: string[];
      activation?: number;
      wait?: string;
      /** On the activation itself; default: where they are defined, else on the process. */
      local?: boolean;
      /** Known to a task alone: no condition looks at it. */
      quiet?: boolean;
    }
  /** Moves tokens by hand: the instructions are followed in order; an instance that is left empty is cancelled. */
  | { do: 'modify'; instructions: Instruction[]; reason?: string }
  | { do: 'suspend' }
  | { do: 'activate' }
);

/**
 * One instruction of a modification. Elements and flows are named by their ids in the model; of a multi-instance activity
 * the id stands for one item, `<id>#multiInstanceBody` for the whole. Activations are named by their numbers.
 */
export type Instruction =
  /** A token on an element, on the one flow behind it, or on a flow; the scopes around it that are missing are entered. */
  | ({ do: 'startBefore'; element: string } & Placement)
  | ({ do: 'startAfter'; element: string } & Placement)
  | ({ do: 'startOn'; flow: string } & Placement)
  /** Takes out an activation with what is inside, and the scopes around it that are left empty; `chunk`: where it lies. */
  | { do: 'cancel'; activation: number; chunk?: string }
  /** The same for the activation that a wait belongs to. */
  | { do: 'cancelAt'; wait: string }
  /** The same for all activations of an element, and the tokens that wait at it as a join. */
  | { do: 'cancelAll'; element: string };

export interface Placement {
  /** A scope around the place; needed where several are open. The scopes between it and the place are entered anew. */
  inside?: number;
  /** The chunk of a large multi-instance that `inside` lies in. */
  chunk?: string;
  /** Set where they are defined, else on the process. */
  variables?: Variables;
  /** Set on the new activation; of a flow on the scope that it lies in. */
  local?: Variables;
}
