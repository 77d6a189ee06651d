/** Delivers effects, in order per sender, and tells whoever waits when all that his command caused is done. */

import type { Clock } from './contract.js';
import type { Effect, Instance } from './core/types.js';
import type { Rehearsal } from './rehearsal.js';

/** One command from outside, with all that it causes. */
export interface Session {
  /** Effects under way or queued. */
  open: number;
  /** Steps of what it causes that were made in memory already. */
  rehearsed?: Rehearsal;
  done(): void;
  /** Resolves when nothing is open, or after this many milliseconds. */
  finished(within: number): Promise<void>;
}

export interface Outbox {
  /** Effects of an instance that are not known to be delivered: its next commit carries them on. */
  pending(instance: string): Effect[];
  /** Those of a stored outbox that are neither under way here nor delivered and only not settled yet. */
  strange(instance: string, effects: Effect[]): Effect[];
  /** Tries again what could not be delivered before. */
  retry(instance: string, session: Session): void;
  /**
   * Queues effects of an instance as it was committed, at that time; its outbox bears them, and maybe others that are
   * delivered by now.
   */
  add(committed: Pick<Instance, 'id' | 'version' | 'outbox'>, effects: Effect[], session: Session, at: number): void;
  busy(): boolean;
  idle(): Promise<void>;
  /** Finishes what is being delivered and begins nothing more: the rest stays in the stored outboxes for the next start. */
  stop(): void;
}

/**
 * An effect that waited longer may have been delivered by another process while this one slept, and all that would tell may be
 * purged: the stored outbox is asked, milliseconds.
 */
const OLD = 600_000;

/** Effects delivered side by side: what processes cause among themselves leaves room for those who ask from outside. */
const SIDE_BY_SIDE = 32;

/** An effect on its way; `at`: when it was committed. */
interface Letter {
  effect: Effect;
  at: number;
}

interface Mailbox {
  letters: (Letter & { session: Session })[];
  /** Could not be delivered now; `recover` comes back to them. */
  stuck: Letter[];
  /** Ids of what is delivered; the stored outbox may still bear it until it is settled. */
  delivered: Set<string>;
  draining: Promise<void> | undefined;
  version: number;
}

export interface OutboxOptions {
  /** Milliseconds since 1970 (UTC). */
  clock: Clock;
  /** Does the stored outbox of the instance still bear the effect? */
  owes(instance: string, effect: Effect): Promise<boolean>;
  /** Delivers one effect; answers false when it must be tried again later. */
  deliver(instance: string, effect: Effect, session: Session): Promise<boolean>;
  /** Hears of an effect that could not be delivered. */
  report(error: unknown): void;
  /** Everything up to this version of the instance is delivered. */
  settle(instance: string, version: number): Promise<void>;
}

export function createSession(): Session {
  let wake: (() => void) | undefined;
  const session: Session = {
    open: 0,
    done() {
      if (--session.open === 0) wake?.();
    },
    finished(within) {
      if (session.open === 0) return Promise.resolve();
      return new Promise(resolve => {
        const timer = setTimeout(resolve, within);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
  return session;
}

export function createOutbox({ clock, owes, deliver, settle, report }: OutboxOptions): Outbox {
  const mailboxes = new Map<string, Mailbox>();
  const turns = createTurns(SIDE_BY_SIDE);
  let stopped = false;

  async function drain(instance: string, mailbox: Mailbox): Promise<void> {
    let settled = 0;
    // What is added while it settles is delivered and settled, too.
    do {
      await deliverAll(instance, mailbox);
      settled = mailbox.version;
      if (mailbox.stuck.length === 0) await settle(instance, settled).catch(report);
    } while (mailbox.letters.length > 0 || mailbox.version > settled);
    mailbox.draining = undefined;
    if (mailbox.stuck.length === 0) mailboxes.delete(instance);
  }

  async function deliverAll(instance: string, mailbox: Mailbox): Promise<void> {
    while (mailbox.letters.length > 0) {
      const { effect, at, session } = mailbox.letters[0]!;
      const delivered = await turns
        .take(async () => !stopped && ((await isOver(instance, { effect, at })) || deliver(instance, effect, session)))
        .catch(error => {
          report(error);
          return false;
        });
      mailbox.letters.shift();
      if (delivered) mailbox.delivered.add(effect.id);
      else mailbox.stuck.push({ effect, at });
      session.done();
    }
  }

  /** Has another process delivered and settled it? */
  const isOver = async (instance: string, { effect, at }: Letter) =>
    clock() - at > OLD && !(await owes(instance, effect));

  const pending = ({ stuck, letters }: Mailbox) => [...stuck, ...letters].map(({ effect }) => effect);

  return {
    pending(instance) {
      const mailbox = mailboxes.get(instance);
      return mailbox ? pending(mailbox) : [];
    },
    strange(instance, effects) {
      const mailbox = mailboxes.get(instance);
      if (!mailbox) return effects;
      const known = new Set(pending(mailbox).map(effect => effect.id));
      return effects.filter(({ id }) => !known.has(id) && !mailbox.delivered.has(id));
    },
    retry(instance, session) {
      const mailbox = mailboxes.get(instance);
      if (mailbox) queue(instance, mailbox, mailbox.stuck.splice(0), session);
    },
    add({ id, version, outbox }, effects, session, at) {
      if (outbox.length === 0) return;
      const mailbox = mailboxes.get(id) ?? emptyMailbox(version);
      mailbox.version = Math.max(mailbox.version, version);
      queue(
        id,
        mailbox,
        effects.map(effect => ({ effect, at })),
        session,
      );
    },
    busy: () => [...mailboxes.values()].some(mailbox => mailbox.draining),
    stop() {
      stopped = true;
    },
    async idle() {
      for (;;) {
        const draining = [...mailboxes.values()].flatMap(mailbox => mailbox.draining ?? []);
        if (draining.length === 0) return;
        await Promise.all(draining);
      }
    },
  };

  function queue(instance: string, mailbox: Mailbox, letters: Letter[], session: Session): void {
    mailboxes.set(instance, mailbox);
    session.open += letters.length;
    mailbox.letters.push(...letters.map(letter => ({ ...letter, session })));
    mailbox.draining ??= drain(instance, mailbox);
  }
}

const emptyMailbox = (version: number): Mailbox => ({
  letters: [],
  stuck: [],
  delivered: new Set(),
  draining: undefined,
  version,
});

/** Lets so many work at once; the others wait in the order in which they came. */
function createTurns(most: number): { take<T>(work: () => T | Promise<T>): Promise<T> } {
  const waiting: (() => void)[] = [];
  let taken = 0;
  return {
    async take(work) {
      if (taken >= most) await new Promise<void>(resolve => waiting.push(resolve));
      else taken++;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else taken--;
      }
    },
  };
}
