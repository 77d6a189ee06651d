/** What programs do with tasks, whoever has them; and tasks that no process opened. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { DuplicateKey, NotFound, Refused } from '../../engine/contract.js';
import { BadCommand } from '../../engine/core/errors.js';
import type { TaskDocument } from '../../engine/store/documents.js';
import { createAttachments } from '../../tasklist/attachments.js';
import { createRemarks } from '../../tasklist/remarks.js';
import { createSavedFilters } from '../../tasklist/saved.js';
import { NotAllowed, TaskConflict } from '../../tasklist/tasks.js';
import { xml } from '../diagram.js';
import { openHouse } from '../house.js';

const review = xml(
  'review',
  `<startEvent id="start"/>
   <userTask id="look" name="Look" camunda:assignee="ann"/><boundaryEvent id="bad" attachedToRef="look"><errorEventDefinition errorRef="broken"/></boundaryEvent>
   <userTask id="repair" name="Repair"/><userTask id="judge" name="Judge"/><exclusiveGateway id="gate"/><endEvent id="yes"/>`,
  ['start -> look -> judge -> gate', 'gate -> yes if ${fine}', 'bad -> repair'],
  '<error id="broken" errorCode="BROKEN"/>',
);

async function office(t: TestContext) {
  const house = await openHouse(t);
  await house.deploy(review);
  const program = await house.person('program');
  const fresh = async (task: TaskDocument) => (await house.store.get<TaskDocument>('tasks', task.id))!;
  return { ...house, program, fresh, administration: house.tasks.administration };
}

test('a program hands a task on, whoever has it, and a claim of what another one has is refused', async t => {
  // given
  const { administration, engine, task, program, fresh } = await office(t);
  await engine.start({ key: 'review' });
  const look = await task('Look');

  // when
  await assert.rejects(administration.claim(program, look.id, 'bob'), TaskConflict);
  await administration.assign(program, look.id, 'bob');
  await administration.claim(program, look.id, 'bob');

  // then
  assert.equal((await fresh(look)).assignee, 'bob');
  await administration.assign(program, look.id, null);
  assert.equal((await fresh(look)).assignee, undefined);
});

test('a delegated task goes to the delegate, is not completed, and comes back when it is resolved', async t => {
  // given
  const { administration, engine, task, program, fresh } = await office(t);
  const { instance } = await engine.start({ key: 'review' });
  const look = await task('Look');

  // when
  await administration.delegate(program, look.id, 'bob');
  const delegated = await fresh(look);
  await assert.rejects(administration.complete(program, look.id), NotAllowed);
  await administration.resolve(program, look.id, { note: 'seen' });

  // then
  const resolved = await fresh(look);
  assert.deepEqual([delegated.owner, delegated.assignee, delegated.delegation], ['ann', 'bob', 'pending']);
  assert.deepEqual([resolved.owner, resolved.assignee, resolved.delegation], ['ann', 'ann', 'resolved']);
  assert.equal((await engine.variablesAt(instance, 1)).note, 'seen');
});

test('a completion whose process fails is refused, and the task stays open', async t => {
  // given
  const { administration, engine, task, program, fresh } = await office(t);
  await engine.start({ key: 'review' });
  const look = await task('Look');
  await administration.complete(program, look.id);
  const judge = await task('Judge');

  // when
  await assert.rejects(administration.complete(program, judge.id, { fine: false }), Refused);

  // then
  assert.equal((await fresh(judge)).wait.state, 'open');
  const outcome = await administration.complete(program, judge.id, { fine: true });
  assert.ok(outcome?.ended);
});

test('a task throws an error that a boundary event catches', async t => {
  // given
  const { administration, engine, task, program } = await office(t);
  const { instance } = await engine.start({ key: 'review' });
  const look = await task('Look');

  // when
  await administration.throw(program, look.id, { type: 'error', code: 'BROKEN', variables: { part: 7 } });

  // then
  assert.ok(await task('Repair'));
  assert.equal((await engine.variablesAt(instance, 1)).part, 7);
});

test('variables of a task are its own or those of its process, and are taken away again', async t => {
  // given
  const { administration, engine, task, program } = await office(t);
  await engine.start({ key: 'review', variables: { amount: 1 } });
  const look = await task('Look');

  // when
  await administration.setVariables(program, look.id, { set: { amount: 2, draft: true }, local: true });

  // then
  assert.deepEqual(await administration.variables(look), { amount: 2, draft: true });
  assert.deepEqual(await administration.variables(look, true), { amount: 2, draft: true });
  await administration.setVariables(program, look.id, { remove: ['amount'], local: true });
  assert.deepEqual(await administration.variables(look), { amount: 1, draft: true });
});

test('links of every kind are added once and taken away', async t => {
  // given
  const { administration, engine, task, program, fresh } = await office(t);
  await engine.start({ key: 'review' });
  const look = await task('Look');
  const links = [
    { type: 'owner', user: 'eve' },
    { type: 'candidate', user: 'bob' },
    { type: 'candidate', group: 'clerks' },
    { type: 'watcher', user: 'zoe' },
    { type: 'watcher', group: 'auditors' },
  ];

  // when
  for (const link of [...links, ...links]) await administration.link(program, look.id, link);

  // then
  const linked = await fresh(look);
  assert.deepEqual(administration.links(linked), [{ type: 'assignee', user: 'ann' }, ...links]);
  assert.deepEqual(linked.linkedUsers, ['zoe']);
  for (const link of links) await administration.unlink(program, look.id, link);
  assert.deepEqual(administration.links(await fresh(look)), [{ type: 'assignee', user: 'ann' }]);
});

test('a task without a process is created, kept, and completed by whom it is assigned to', async t => {
  // given
  const { administration, tasks, program, person, fresh } = await office(t);
  const ann = await person('ann');
  const call = await administration.create(program, { id: 'call', name: 'Call her', assignee: 'ann', priority: 70 });
  await assert.rejects(administration.create(program, { id: 'call' }), DuplicateKey);
  await administration.setVariables(program, call.id, { set: { 'phone.number': 1, asked: true } });

  // when
  const form = await tasks.form(ann, call.id);
  const { task: done, outcome } = await tasks.complete(ann, call.id, { answer: 'yes' });

  // then
  assert.deepEqual([form.kind, form.data], ['variables', { 'phone.number': 1, asked: true }]);
  assert.deepEqual([done.state, done.completedBy, outcome], ['completed', 'ann', undefined]);
  assert.deepEqual((await fresh(call)).variables, { 'phone.number': 1, asked: true, answer: 'yes' });
  await assert.rejects(administration.complete(program, call.id), TaskConflict);
});

test('a task without a process goes with its parts; one of a process is not taken away', async t => {
  // given
  const { administration, engine, task, program, fresh } = await office(t);
  await engine.start({ key: 'review' });
  const look = await task('Look');
  const whole = await administration.create(program, { name: 'Whole' });
  const part = await administration.create(program, { name: 'Part', parent: whole.id });

  // when
  await administration.remove(program, whole.id);

  // then
  assert.deepEqual([(await fresh(whole)).wait.state, (await fresh(part)).wait.state], ['dropped', 'dropped']);
  const one = await administration.create(program, { name: 'One' });
  const other = await administration.create(program, { name: 'Other', parent: one.id });
  await administration.update(program, one.id, { parent: other.id });
  await administration.remove(program, one.id);
  assert.equal((await fresh(other)).wait.state, 'dropped');
  await assert.rejects(administration.create(program, { id: `${look.instance}~99` }), BadCommand);
  await assert.rejects(administration.remove(program, look.id), BadCommand);
  await assert.rejects(administration.throw(program, whole.id, { type: 'error', code: 'X' }), TaskConflict);
});

test('fields are written over, taken away with null, and the change is dated', async t => {
  // given
  const { administration, program, clock } = await office(t);
  const { id } = await administration.create(program, { name: 'Draft', description: 'old', due: 5 });
  clock.advance(1000);

  // when
  const changed = await administration.update(program, id, { name: 'Final', description: null, owner: 'ann' });

  // then
  const { name, description, owner, due, updatedAt } = changed;
  assert.deepEqual(
    { name, description, owner, due, updatedAt },
    {
      name: 'Final',
      description: undefined,
      owner: 'ann',
      due: 5,
      updatedAt: clock(),
    },
  );
});

test('comments are edited and taken away; attachments keep their bytes', async t => {
  // given
  const { administration, store, clock, program } = await office(t);
  const task = await administration.create(program, { name: 'Call' });
  const remarks = createRemarks(store, clock);
  const attachments = createAttachments(store, clock);
  const first = await remarks.comment(task, 'ann', 'frist');
  clock.advance(1);
  await remarks.comment(task, 'ann', 'second');

  // when
  await remarks.editComment(task.id, first.id, 'first');
  const file = await attachments.add(task, { name: 'a.txt', bytes: Buffer.from('hello'), by: 'ann' });
  const link = await attachments.add(task, { name: 'page', url: 'https://example.org' });

  // then
  assert.deepEqual(
    (await remarks.comments(task.id)).map(({ text }) => text),
    ['first', 'second'],
  );
  assert.equal(await remarks.editComment('another task', first.id, 'x'), undefined);
  assert.equal(await remarks.removeComments(task.id, first.id), 1);
  assert.equal(await remarks.removeComments(task.id), 1);
  assert.equal(Buffer.from((await attachments.bytes(file))!).toString(), 'hello');
  assert.equal(await attachments.bytes(link), undefined);
  assert.equal(await attachments.remove('another task', link.id), false);
  assert.equal(await attachments.remove(task.id, link.id), true);
  assert.deepEqual(
    (await attachments.list(task.id)).map(({ name }) => name),
    ['a.txt'],
  );
});

test('a saved filter is kept, changed and taken away', async t => {
  // given
  const { store, program } = await office(t);
  const filters = createSavedFilters(store);
  const { id } = await filters.create(program, {
    name: 'Late',
    owner: 'ann',
    query: { assignee: 'ann' },
    properties: {},
  });

  // when
  await filters.update(id, { name: 'Very late', query: {}, properties: { color: 'red' } });

  // then
  const { name, owner, query, properties } = await filters.get(program, id);
  assert.deepEqual(
    { name, owner, query, properties },
    {
      name: 'Very late',
      owner: undefined,
      query: {},
      properties: { color: 'red' },
    },
  );
  await assert.rejects(filters.get({ ...program, tenants: ['other'] }, id), NotFound);
  assert.equal(await filters.remove(id), true);
  assert.equal(await filters.remove(id), false);
});
