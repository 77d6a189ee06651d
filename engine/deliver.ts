/** What each effect means outside of its instance. Every receiver bears a repetition. */

import type { Cascades } from './cascades.js';
import { type Clock, KeyReused, NotFound, type StartInput } from './contract.js';
import { BadCommand, StaleCommand, SuspendedInstance } from './core/errors.js';
import type { Command } from './core/language.js';
import type { Effect, Instance } from './core/types.js';
import { childId } from './ids.js';
import type { Courier } from './messages.js';
import type { Session } from './outbox.js';

export interface DeliveryTools {
  clock: Clock;
  courier: Courier;
  cascades: Cascades;
  command(instance: string, command: Command, session: Session): Promise<Instance>;
  begin(
    input: StartInput,
    session: Session,
    from: { parent?: { instance: string; wait: string }; root?: string; depth?: number; hops?: number },
  ): Promise<Instance>;
  instance(id: string): Promise<Instance | undefined>;
}

/** How long a message that a process throws waits for its receiver, milliseconds. */
const THROWN_MESSAGE_LIVES = 3_600_000;

export const CALLER_CANCELLED = 'its caller was cancelled';

/** What the caller hears of the process that it called. */
export function answerToParent(effect: Extract<Effect, { do: 'answerParent' }>, at: number): Command {
  const { wait, variables, thrown, failed, cancelled, hops } = effect;
  const context = { at, hops, onFailure: 'incident' as const };
  if (cancelled !== undefined) {
    return { do: 'modify', instructions: [{ do: 'cancelAt', wait }], reason: cancelled, ...context };
  }
  if (failed) return { do: 'fail', wait, message: failed, ...context };
  if (thrown) return { do: 'throw', wait, thrown, called: variables, ...context };
  return { do: 'resume', wait, variables, ...context };
}

type Deliveries = {
  [K in Effect['do']]: (sender: string, effect: Extract<Effect, { do: K }>, session: Session) => Promise<unknown>;
};

/** Delivers one effect; answers false when it has to wait: its receiver is suspended. */
export function createDelivery(
  tools: DeliveryTools,
): (sender: string, effect: Effect, session: Session) => Promise<boolean> {
  const { clock, courier, cascades, command, begin } = tools;
  const incident = { onFailure: 'incident' as const };

  const deliveries: Deliveries = {
    continue: (sender, { hops }, session) =>
      command(sender, { do: 'continue', at: clock(), hops, ...incident }, session),
    sweep: (sender, { chunks, hops }, session) =>
      command(sender, { do: 'sweep', chunks, at: clock(), hops, ...incident }, session),
    async startChild(sender, { wait, definition, variables, businessKey, hops }, session) {
      const caller = await tools.instance(sender);
      const root = caller?.root ?? sender;
      const depth = (caller?.depth ?? 0) + 1;
      const from = { parent: { instance: sender, wait }, root, depth, hops: cascades.ofCall(root, depth, hops) };
      try {
        await begin({ definition, id: childId(wait), variables, businessKey, ...incident }, session, from);
      } catch (error) {
        if (!(error instanceof NotFound || error instanceof BadCommand)) throw error;
        await command(sender, { do: 'fail', wait, message: error.message, at: clock(), ...incident }, session);
      }
    },
    async cancelChild(_sender, { child, hops }, session) {
      // Instances of earlier releases bear the id of the wait itself.
      const id = (await tools.instance(childId(child))) ? childId(child) : child;
      await command(id, { do: 'cancel', reason: CALLER_CANCELLED, at: clock(), hops, ...incident }, session);
    },
    answerParent: (_sender, effect, session) => command(effect.instance, answerToParent(effect, clock()), session),
    async publish(sender, { id, name, key, variables, hops }, session) {
      const tenant = (await tools.instance(sender))?.tenant;
      await courier.publish({ id, name, key, variables, tenant, timeToLive: THROWN_MESSAGE_LIVES, hops }, session);
    },
    async broadcast(sender, { id, name, variables, businessKey, hops }, session) {
      const tenant = (await tools.instance(sender))?.tenant;
      await courier.broadcast({ id, name, variables, businessKey, tenant, hops }, session);
    },
  };

  return async (sender, effect, session) => {
    try {
      await (deliveries[effect.do] as (sender: string, effect: Effect, session: Session) => Promise<unknown>)(
        sender,
        effect,
        session,
      );
      return true;
    } catch (error) {
      if (error instanceof SuspendedInstance) return false;
      // Whoever should hear it is gone, or has heard it already; or somebody has taken the id of what is thrown.
      if (error instanceof StaleCommand || error instanceof NotFound || error instanceof KeyReused) return true;
      throw error;
    }
  };
}
