/** What programs do with tasks, whoever has them: the caller has checked that they may. The rules are those of Camunda 7. */

import type { Clock, Engine, Outcome, Reader } from '../engine/contract.js';
import { BadCommand, StaleCommand } from '../engine/core/errors.js';
import type { OnFailure } from '../engine/core/language.js';
import type { Json, Thrown, TypeHints, Variables } from '../engine/core/types.js';
import type { IdentityLink, TaskDocument } from '../engine/store/documents.js';
import type { Store } from '../engine/store/port.js';
import { type Changes, createChanges } from './changes.js';
import { NotAllowed, TaskConflict } from './errors.js';
import { changeOfLink, linksOf } from './links.js';
import { createStandalone, isStandalone, type NewTask } from './standalone.js';

/** Fields that are written over; null takes one away. */
export type TaskFields = {
  [K in 'name' | 'description' | 'assignee' | 'owner' | 'delegation' | 'due' | 'followUp' | 'priority' | 'parent']?:
    | TaskDocument[K]
    | null;
};

/** What a task may throw to its process. */
export type TaskThrow = Thrown;

/** Variables to set and names to take away, of the task itself or wherever they are defined. */
export interface VariableChange {
  set?: Variables;
  /** What a client said of them beside their JSON. */
  types?: TypeHints;
  remove?: string[];
  local?: boolean;
  /** What a condition that fails by it does; default: refuse. */
  onFailure?: OnFailure;
}

/** All throw NotFound for a task that is not there, in the tenants of the reader, and TaskConflict for a closed one. */
export interface TaskAdministration {
  /** Throws DuplicateKey. */
  create(reader: Reader, task: NewTask): Promise<TaskDocument>;
  update(reader: Reader, id: string, fields: TaskFields): Promise<TaskDocument>;
  /** For somebody, while nobody else has it. Throws TaskConflict with who has. */
  claim(reader: Reader, id: string, user: string): Promise<TaskDocument>;
  /** With null to nobody. */
  assign(reader: Reader, id: string, user: string | null): Promise<TaskDocument>;
  delegate(reader: Reader, id: string, user: string | null): Promise<TaskDocument>;
  resolve(reader: Reader, id: string, variables?: Variables, types?: TypeHints): Promise<TaskDocument>;
  /** Throws NotAllowed for a delegated one, Refused. Undefined: the task has no process that went on. */
  complete(
    reader: Reader,
    id: string,
    variables?: Variables,
    types?: TypeHints,
    form?: boolean,
  ): Promise<Outcome | undefined>;
  /** An error or escalation for the process to catch. Throws BadCommand for a task without one. */
  throw(reader: Reader, id: string, thrown: TaskThrow, types?: TypeHints): Promise<void>;
  /** With its parts. Throws BadCommand for one of a process. */
  remove(reader: Reader, id: string): Promise<void>;
  links(task: TaskDocument): IdentityLink[];
  link(reader: Reader, id: string, link: IdentityLink): Promise<TaskDocument>;
  unlink(reader: Reader, id: string, link: IdentityLink): Promise<TaskDocument>;
  /** Those that are visible at it, or its own. */
  variables(task: TaskDocument, local?: boolean): Promise<Variables>;
  setVariables(reader: Reader, id: string, change: VariableChange): Promise<void>;
}

/**
 * The administration of tasks over an engine.
 *
 *     const administration = createAdministration({ engine, store, clock });
 *     await administration.assign(reader, task.id, 'mary');
 */
export function createAdministration({
  engine,
  store,
  clock,
  changes = createChanges(store, clock),
}: {
  engine: Pick<Engine, 'send' | 'variablesAt' | 'localVariablesAt'>;
  store: Store;
  clock: Clock;
  /** Whose listeners hear of the changes. */
  changes?: Changes;
}): TaskAdministration {
  const standalone = createStandalone(store, clock);
  const read = ({ tenants }: Reader, id: string) =>
    changes.read({ tenants, person: '', groups: [], administrator: true }, id);

  async function open(reader: Reader, id: string): Promise<TaskDocument> {
    const task = await read(reader, id);
    if (task.wait.state !== 'open') throw changes.closed(task);
    return task;
  }

  /** A command to the process of a task. What is stale there was closed by somebody. */
  async function send(task: TaskDocument, command: Parameters<Engine['send']>[1]): Promise<Outcome> {
    try {
      return await engine.send(task.instance, command);
    } catch (error) {
      if (!(error instanceof StaleCommand)) throw error;
      throw changes.closed((await store.get<TaskDocument>('tasks', task.id)) ?? task);
    }
  }

  async function setVariables(reader: Reader, id: string, change: VariableChange) {
    const { set = {}, types, remove = [], local = false, onFailure = 'refuse' } = change;
    const task = await open(reader, id);
    if (!isStandalone(task)) {
      const { activation } = task;
      const by = { by: reader.person, at: clock(), onFailure };
      await send(task, { do: 'set', variables: set, types, remove, activation, wait: id, local, quiet: local, ...by });
      return;
    }
    await changes.alter(reader, id, ({ variables }) => {
      const kept = Object.entries({ ...variables, ...set }).filter(([name]) => !remove.includes(name));
      return { set: { variables: Object.fromEntries(kept) } };
    });
  }

  const assign: TaskAdministration['assign'] = (reader, id, user) =>
    changes.alter(reader, id, ({ assignee = null }) =>
      assignee === user ? undefined : changeOfFields({ assignee: user, claimedAt: user === null ? null : clock() }),
    );

  async function drop(reader: Reader, task: TaskDocument): Promise<void> {
    // Closed first: tasks that are parts of each other are taken away once.
    await standalone.close(task, 'dropped', reader.person);
    for (const part of await standalone.parts(task.id)) await drop(reader, part);
  }

  return {
    create: ({ person }, task) => standalone.create(person, task),
    update: (reader, id, fields) => changes.alter(reader, id, () => changeOfFields(fields)),

    claim: (reader, id, user) =>
      changes.alter(reader, id, ({ name, assignee, claimedAt }) => {
        if (assignee === user) return undefined;
        if (assignee === undefined) return { set: { assignee: user, claimedAt: clock() } };
        throw new TaskConflict(`task '${name}' is already claimed by ${assignee}`, assignee, claimedAt);
      }),

    assign,

    delegate: (reader, id, user) =>
      changes.alter(reader, id, ({ owner, assignee = null }) =>
        changeOfFields({ owner: owner ?? assignee, assignee: user, delegation: 'pending', resolvedBy: null }),
      ),

    async resolve(reader, id, variables = {}, types) {
      await open(reader, id);
      if (Object.keys(variables).length > 0) await setVariables(reader, id, { set: variables, types });
      return changes.alter(reader, id, ({ owner = null }) =>
        changeOfFields({ delegation: 'resolved', resolvedBy: reader.person, assignee: owner }),
      );
    },

    async complete(reader, id, variables = {}, types, form = false) {
      const task = await open(reader, id);
      if (task.delegation === 'pending')
        throw new NotAllowed('A delegated task cannot be completed, but should be resolved instead.');
      const by = reader.person;
      if (isStandalone(task)) {
        if (Object.keys(variables).length > 0) await setVariables(reader, id, { set: variables });
        if (!(await standalone.close(task, 'answered', by))) throw changes.closed(await read(reader, id));
        return undefined;
      }
      return send(task, { do: 'resume', wait: id, variables, types, form, by, at: clock(), onFailure: 'refuse' });
    },

    async throw(reader, id, thrown, types = {}) {
      const task = await open(reader, id);
      if (isStandalone(task)) throw new BadCommand(`task '${task.name}' belongs to no process that could catch it`);
      await send(task, { do: 'throw', wait: id, thrown, types, by: reader.person, at: clock(), onFailure: 'refuse' });
    },

    async remove(reader, id) {
      const task = await open(reader, id);
      if (!isStandalone(task)) throw new BadCommand('The task cannot be deleted because is part of a running process');
      await drop(reader, task);
    },

    links: linksOf,
    link: (reader, id, link) => changes.alter(reader, id, task => changeOfLink(task, link, true)),
    unlink: (reader, id, link) => changes.alter(reader, id, task => changeOfLink(task, link, false)),

    async variables(task, local = false) {
      if (isStandalone(task)) return task.variables ?? {};
      const { instance, activation, id } = task;
      return local ? engine.localVariablesAt(instance, activation, id) : engine.variablesAt(instance, activation, id);
    },
    setVariables,
  };
}

/** Sets what has a value, takes away what is null, leaves what is undefined. */
function changeOfFields(fields: Record<string, Json | undefined>) {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return {
    set: Object.fromEntries(given.filter(([, value]) => value !== null)) as Record<string, Json>,
    unset: given.filter(([, value]) => value === null).map(([name]) => name),
  };
}
