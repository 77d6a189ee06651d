/** The task service: what people see, claim, hand over and complete. Tasks are born and closed by the engine's commits. */

import type { Clock, Engine, Outcome, Reader } from '../engine/contract.js';
import { BadCommand, StaleCommand } from '../engine/core/errors.js';
import type { Json, Variables } from '../engine/core/types.js';
import type { CommentDocument, TaskDocument } from '../engine/store/documents.js';
import type { Scalar, Store } from '../engine/store/port.js';
import { createAdministration, type TaskAdministration } from './administration.js';
import { type BatchAction, type BatchResult, createBatch } from './batch.js';
import { createChanges } from './changes.js';
import type { Directory } from './directory.js';
import { TaskChanged } from './errors.js';
import type { TaskQuery, View } from './filters.js';
import { countTasks, findTasks } from './find.js';
import { createForms, type Form } from './forms.js';
import { createRemarks, filled } from './remarks.js';
import { type Action, isOpen } from './rights.js';
import { isStandalone } from './standalone.js';
import { createViews, type TaskView } from './views.js';

export type { TaskAdministration } from './administration.js';
export type { BatchAction, BatchResult } from './batch.js';
export { NotAllowed, TaskChanged, TaskConflict } from './errors.js';
export { type TaskOrder, type TaskQuery, type View, visibleTo } from './filters.js';
export { FormRefused } from './forms.js';
export type { Action } from './rights.js';
export type { TaskView } from './views.js';

export interface TaskPage {
  items: TaskView[];
  /** Place behind the last item, for `after`; absent at the end. */
  next?: Scalar[];
  total: number;
  /** False: there are more than were counted. */
  totalIsExact: boolean;
}

/** A form with what it is filled with: the variables visible at the task, and above them the draft. */
export type FilledForm = Form & { data: Variables };

export interface CompleteOptions {
  /** False: the variables are taken as they are, without a look at the form (programs, the Camunda 7 API). */
  form?: boolean;
  /** What a failing expression behind the task does. */
  onFailure?: 'incident' | 'refuse';
}

/** What a task keeps of its delegation. */
const delegated = ['delegation', 'resolvedBy'];

/** Every method throws NotFound for a task that the reader may not see, NotAllowed for what is not his to do, TaskConflict when somebody was faster. */
export interface Tasks {
  find(reader: Reader, query?: TaskQuery, page?: { limit?: number; after?: Scalar[] }): Promise<TaskPage>;
  /** How many open tasks each view has; exact to 10,000. */
  counts(reader: Reader): Promise<Record<View, number>>;
  get(reader: Reader, id: string): Promise<TaskView>;
  form(reader: Reader, id: string): Promise<FilledForm>;
  /** Variables visible at the open task. */
  variables(reader: Reader, id: string): Promise<Variables>;

  claim(reader: Reader, id: string): Promise<TaskView>;
  unclaim(reader: Reader, id: string): Promise<TaskView>;
  /** Hands it to a person, or with null back to its candidates. Throws BadCommand for somebody unknown. */
  assign(reader: Reader, id: string, assignee: string | null): Promise<TaskView>;
  /** Lets somebody else work on it; it comes back to its owner when that one resolves it. */
  delegate(reader: Reader, id: string, to: string): Promise<TaskView>;
  resolve(reader: Reader, id: string, variables?: Variables): Promise<TaskView>;
  /** Throws FormRefused with every wrong value. */
  complete(
    reader: Reader,
    id: string,
    variables?: Variables,
    options?: CompleteOptions,
  ): Promise<{ task: TaskView /** Absent: the task has no process. */; outcome?: Outcome }>;
  /** Epoch milliseconds (UTC); null takes a date away. `rev`: what the asker has read; throws TaskChanged where it is older. */
  change(
    reader: Reader,
    id: string,
    fields: { due?: number | null; followUp?: number | null; priority?: number },
    rev?: number,
  ): Promise<TaskView>;
  /** What programs do, by rules of their own. */
  administration: TaskAdministration;
  /** One after the other, each with its own result. */
  batch(reader: Reader, ids: string[], what: BatchAction): Promise<BatchResult[]>;

  saveDraft(reader: Reader, id: string, data: Variables): Promise<void>;
  dropDraft(reader: Reader, id: string): Promise<void>;
  comments(reader: Reader, id: string): Promise<CommentDocument[]>;
  comment(reader: Reader, id: string, text: string): Promise<CommentDocument>;

  /** Called after each change that people make; what the engine opens and closes is in its commits. Answers the function that stops it. */
  onChange(listener: (task: TaskDocument) => void): () => void;
}

/**
 * The task service of an engine.
 *
 *     const tasks = createTasks({ engine, store, clock, directory });
 *     const { items } = await tasks.find(mary, { view: 'mine' });
 *     await tasks.complete(mary, items[0].id, { approved: true });
 */
export function createTasks({
  engine,
  store,
  clock,
  directory,
}: {
  engine: Pick<Engine, 'send' | 'definition' | 'variablesAt' | 'localVariablesAt'>;
  store: Store;
  clock: Clock;
  directory: Directory;
}): Tasks {
  const changes = createChanges(store, clock);
  const forms = createForms({ store, definition: id => engine.definition(id) });
  const remarks = createRemarks(store, clock);
  const views = createViews(store, directory);
  const administration = createAdministration({ engine, store, clock, changes });

  const variablesOf = async (task: TaskDocument): Promise<Variables> =>
    isOpen(task) || isStandalone(task) ? administration.variables(task) : {};

  async function known(reader: Reader, person: string): Promise<void> {
    if (!(await directory.isAmong(person, reader.tenants))) throw new BadCommand(`there is nobody called '${person}'`);
  }

  const claim: Tasks['claim'] = async (reader, id) => {
    const task = await changes.apply(reader, id, 'claim', ({ assignee }) =>
      assignee === reader.person ? undefined : { set: { assignee: reader.person, claimedAt: clock() } },
    );
    return views.one(reader, task);
  };

  const unclaim: Tasks['unclaim'] = async (reader, id) => {
    const unset = ['assignee', 'claimedAt', ...delegated];
    return views.one(reader, await changes.apply(reader, id, 'unclaim', () => ({ unset })));
  };

  const assign: Tasks['assign'] = async (reader, id, assignee) => {
    if (assignee === null) return unclaim(reader, id);
    await known(reader, assignee);
    const set = { assignee, claimedAt: clock() };
    return views.one(reader, await changes.apply(reader, id, 'assign', () => ({ set, unset: delegated })));
  };

  const delegate: Tasks['delegate'] = async (reader, id, to) => {
    await known(reader, to);
    const task = await changes.apply(reader, id, 'delegate', ({ name, owner, assignee }) => {
      if (assignee === to) throw new BadCommand(`'${to}' has task '${name}' already; delegate it to somebody else`);
      return {
        set: { owner: owner ?? assignee!, assignee: to, claimedAt: clock(), delegation: 'pending' },
        unset: ['resolvedBy'],
      };
    });
    return views.one(reader, task);
  };

  const change: Tasks['change'] = async (reader, id, fields, expected) => {
    const given = Object.entries(fields).filter(([, value]) => value !== undefined);
    const set = Object.fromEntries(given.filter(([, value]) => value !== null)) as Record<string, Json>;
    const unset = given.filter(([, value]) => value === null).map(([name]) => name);
    const task = await changes.apply(reader, id, 'change', ({ name, rev }) => {
      if (expected !== undefined && rev !== expected)
        throw new TaskChanged(`task '${name}' was changed meanwhile: read it again`);
      return { set, unset };
    });
    return views.one(reader, task);
  };

  const complete: Tasks['complete'] = async (
    reader,
    id,
    variables = {},
    { form = true, onFailure = 'incident' } = {},
  ) => {
    const before = await changes.read(reader, id);
    changes.allow(reader, 'complete', before);
    const values = form ? await checked(reader, before, variables) : variables;
    const at = clock();
    const by = reader.person;
    let free = false;
    const marked = await changes.apply(reader, id, 'complete', ({ assignee }) => {
      free = assignee === undefined;
      return { set: { completing: { by, at }, ...(free && { assignee: by, claimedAt: at }) } };
    });
    let outcome: Outcome | undefined;
    try {
      const command = { do: 'resume', wait: id, variables: values, form, by, at, onFailure } as const;
      if (isStandalone(marked)) await administration.complete(reader, id, values);
      else outcome = await engine.send(marked.instance, command);
    } catch (error) {
      await changes.takeBack(marked, free ? ['completing', 'assignee', 'claimedAt'] : ['completing']);
      if (error instanceof StaleCommand) throw changes.closed((await store.get<TaskDocument>('tasks', id)) ?? marked);
      throw error;
    }
    await remarks.dropDraft(id);
    return { task: await views.one(reader, (await store.get<TaskDocument>('tasks', id)) ?? marked), outcome };
  };

  async function checked(reader: Reader, task: TaskDocument, submitted: Variables): Promise<Variables> {
    const current = await variablesOf(task);
    try {
      return forms.check(await forms.task(task, current), submitted, current);
    } catch (error) {
      // Completed by somebody meanwhile, it has no variables that could satisfy the form: the conflict is the truth.
      changes.allow(reader, 'complete', await changes.read(reader, task.id));
      throw error;
    }
  }

  /** Reads the task, and whether the reader may do this, before something beside the task is touched. */
  async function allowed(reader: Reader, id: string, action: Action): Promise<TaskDocument> {
    const task = await changes.read(reader, id);
    if (action !== 'comment') changes.allow(reader, action, task);
    return task;
  }

  return {
    async find(reader, query = {}, { limit = 50, after } = {}) {
      const found = await findTasks(store, reader, query, { limit, after, now: clock() });
      return { ...found, items: await views.many(reader, found.items) };
    },
    counts: reader => countTasks(store, reader, clock()),
    get: async (reader, id) => views.one(reader, await changes.read(reader, id)),
    variables: async (reader, id) => variablesOf(await changes.read(reader, id)),

    async form(reader, id) {
      const task = await changes.read(reader, id);
      const variables = await variablesOf(task);
      return { ...(await forms.task(task, variables)), data: filled(variables, await remarks.draft(id)) };
    },

    claim,
    unclaim,
    assign,
    delegate,
    change,
    complete,

    async resolve(reader, id, variables) {
      await allowed(reader, id, 'resolve');
      if (variables && Object.keys(variables).length > 0)
        await administration.setVariables(reader, id, { set: variables, onFailure: 'incident' });
      const task = await changes.apply(reader, id, 'resolve', ({ owner, assignee }) => ({
        set: {
          delegation: 'resolved',
          resolvedBy: reader.person,
          assignee: owner ?? assignee!,
          claimedAt: clock(),
        },
      }));
      // What was handed back is in the variables now; an older draft would hide it from the owner.
      await remarks.dropDraft(id);
      return views.one(reader, task);
    },

    batch: createBatch({
      claim,
      unclaim,
      assign: (reader, id, { assignee }) => assign(reader, id, assignee),
      delegate: (reader, id, { to }) => delegate(reader, id, to),
      complete: async (reader, id, { variables }) => (await complete(reader, id, variables)).task,
      change: (reader, id, { action: _, ...fields }) => change(reader, id, fields),
    }),

    async saveDraft(reader, id, data) {
      const task = await allowed(reader, id, 'draft');
      await remarks.saveDraft(task, reader.person, data, await variablesOf(task));
    },
    async dropDraft(reader, id) {
      await allowed(reader, id, 'draft');
      await remarks.dropDraft(id);
    },
    async comments(reader, id) {
      await changes.read(reader, id);
      return remarks.comments(id);
    },
    comment: async (reader, id, text) => remarks.comment(await allowed(reader, id, 'comment'), reader.person, text),

    administration,
    onChange: changes.onChange,
  };
}
