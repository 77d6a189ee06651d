/** Effects: the few things that somebody outside must hear, kept in the outbox until they are settled. */

import type { Thrown } from './instance.js';
import type { Variables } from './values.js';

/** What the engine must do outside once the commit is durable; kept in the outbox until it is settled. */
export type Effect = { id: string; hops: number } & EffectBody;

/** An effect without what the core adds. */
export type EffectBody =
  | { do: 'continue' }
  /** The child's id follows from the wait's. */
  | { do: 'startChild'; wait: string; definition: string; variables: Variables; businessKey?: string }
  /** `child`: the wait that it was started for. */
  | { do: 'cancelChild'; child: string }
  /** `failed`: why the child will never end by itself. `cancelled`: why the call is given up together with it. */
  | {
      do: 'answerParent';
      instance: string;
      wait: string;
      variables: Variables;
      thrown?: Thrown;
      failed?: string;
      cancelled?: string;
    }
  | { do: 'publish'; name: string; key?: string; variables: Variables }
  /** `later`: what fails where it is heard concerns nobody but the listener. */
  | { do: 'broadcast'; name: string; variables: Variables; businessKey?: string; later?: true }
  /** Closes what a cancelled multi-instance left in its chunks, the first of `chunks` now. */
  | { do: 'sweep'; chunks: string[] };
