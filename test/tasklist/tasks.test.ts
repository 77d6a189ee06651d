/** The task service: who sees what, who may do what, and what a race ends with. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { NotFound } from '../../engine/contract.js';
import { BadCommand } from '../../engine/core/errors.js';
import type { TaskDocument } from '../../engine/store/documents.js';
import { FormRefused, NotAllowed, TaskConflict } from '../../tasklist/tasks.js';
import { xml } from '../diagram.js';
import { type House, openHouse } from '../house.js';

const approval = xml(
  'approval',
  `<startEvent id="start"/>
   <userTask id="approve" name="Approve" camunda:candidateGroups="clerks" camunda:dueDate="2026-01-06T08:00:00Z"/>
   <exclusiveGateway id="gate"/><endEvent id="yes"/><endEvent id="no"/>`,
  ['start -> approve -> gate', 'gate -> yes if ${approved}', 'gate -> no if ${!approved}'],
);

/** Three people: two clerks and somebody else; and an administrator. */
async function office(t: TestContext) {
  const house = await openHouse(t);
  await house.deploy(approval);
  const ann = await house.person('ann', ['clerks']);
  const bob = await house.person('bob', ['clerks']);
  const eve = await house.person('eve', ['others']);
  const root = await house.person('root', [], true);
  return { ...house, ann, bob, eve, root };
}

async function started({ engine, task }: House): Promise<TaskDocument> {
  await engine.start({ key: 'approval', businessKey: 'A-1' });
  return task('Approve');
}

const refusal = (by: string, at: number) => (error: unknown) => {
  assert.ok(error instanceof TaskConflict, String(error));
  assert.deepEqual([error.by, error.at], [by, at]);
  return true;
};

test('candidates and administrators see a task, others do not', async t => {
  // given
  const house = await office(t);
  const { id } = await started(house);
  const { tasks, ann, eve, root } = house;

  // then
  assert.deepEqual(
    (await tasks.find(ann)).items.map(task => task.id),
    [id],
  );
  assert.deepEqual(
    (await tasks.find(root)).items.map(task => task.id),
    [id],
  );
  assert.deepEqual((await tasks.find(eve)).items, []);
  await assert.rejects(tasks.get(eve, id), NotFound);
  await assert.rejects(tasks.claim(eve, id), NotFound);
});

test('another tenant sees nothing, not even as administrator', async t => {
  // given
  const house = await office(t);
  const { id } = await started(house);

  // then
  const stranger = { ...house.root, tenants: ['acme'] };
  assert.equal((await house.tasks.find(stranger)).total, 0);
  await assert.rejects(house.tasks.get(stranger, id), NotFound);
});

test('views count what is mine, what my groups have, what is due and what is late', async t => {
  // given
  const house = await office(t);
  const { id } = await started(house);
  await started(house);

  // when
  await house.tasks.claim(house.ann, id);

  // then
  const monday = { mine: 1, group: 1, all: 2, late: 0, today: 0, followed: 0 };
  assert.deepEqual(await house.tasks.counts(house.ann), monday);
  house.clock.advance('P1D');
  const tuesday = { ...monday, late: 0, today: 2 };
  assert.deepEqual(await house.tasks.counts(house.ann), tuesday);
  house.clock.advance('PT1H');
  assert.deepEqual(await house.tasks.counts(house.ann), { ...tuesday, late: 2 });
});

test('of several who claim at once one wins, and the others are told who and when', async t => {
  // given
  const house = await office(t);
  const { id } = await started(house);
  const { tasks, clock } = house;
  const clerks = await Promise.all([1, 2, 3, 4, 5].map(n => house.person(`clerk${n}`, ['clerks'])));

  // when
  const claims = await Promise.allSettled(clerks.map(clerk => tasks.claim(clerk, id)));

  // then
  const winners = claims.filter(claim => claim.status === 'fulfilled');
  assert.equal(winners.length, 1);
  const winner = winners[0]!.value.assignee!;
  for (const claim of claims) if (claim.status === 'rejected') refusal(winner, clock())(claim.reason);
});

test('of several who complete at once one wins, and the process goes on once', async t => {
  // given
  const house = await office(t);
  const { id, instance } = await started(house);
  const { tasks, root, clock } = house;
  const second = { ...root, person: 'root2' };

  // when
  const readers = [root, second, root, second];
  const done = await Promise.allSettled(readers.map((who, n) => tasks.complete(who, id, { approved: n % 2 === 0 })));

  // then
  const winners = done.filter(each => each.status === 'fulfilled');
  assert.equal(winners.length, 1);
  const { completedBy, completedAt } = winners[0]!.value.task;
  for (const each of done) {
    if (each.status === 'rejected') assert.ok(each.reason instanceof TaskConflict, String(each.reason));
  }
  assert.equal(completedAt, clock());
  await assert.rejects(tasks.complete(root, id, { approved: true }), refusal(completedBy!, completedAt!));
  const document = await house.engine.instance(instance);
  assert.equal(document?.state, 'completed');
});

test('a free task is claimed by completing it', async t => {
  // given
  const house = await office(t);
  const { id } = await started(house);

  // when
  const { task, outcome } = await house.tasks.complete(house.ann, id, { approved: true });

  // then
  assert.deepEqual(
    [task.state, task.assignee, task.completedBy, task.completedByName, outcome?.ended],
    ['completed', 'ann', 'ann', 'Ann', true],
  );
});

test('what a colleague has claimed is not mine to complete', async t => {
  // given
  const house = await office(t);
  const { id } = await started(house);
  await house.tasks.claim(house.ann, id);

  // then
  const claimedAt = house.clock();
  house.clock.advance('PT1M');
  await assert.rejects(house.tasks.complete(house.bob, id, { approved: true }), refusal('ann', claimedAt));
  await assert.rejects(house.tasks.unclaim(house.bob, id), NotAllowed);
});

test('an administrator may complete and assign what is others’', async t => {
  // given
  const house = await office(t);
  const { id } = await started(house);
  await house.tasks.claim(house.ann, id);

  // when
  const assigned = await house.tasks.assign(house.root, id, 'bob');

  // then
  assert.equal(assigned.assigneeName, 'Bob');
  const { task } = await house.tasks.complete(house.root, id, { approved: true });
  assert.equal(task.completedBy, 'root');
});

test('a task is given back to its group', async t => {
  // given
  const house = await office(t);
  const { id } = await started(house);
  await house.tasks.claim(house.ann, id);

  // when
  const task = await house.tasks.unclaim(house.ann, id);

  // then
  assert.equal(task.assignee, undefined);
  assert.equal((await house.tasks.find(house.bob, { view: 'group' })).total, 1);
});

test('nobody can be given a task who does not exist', async t => {
  // given
  const house = await office(t);
  const { id } = await started(house);

  // then
  await assert.rejects(house.tasks.assign(house.root, id, 'nobody'), BadCommand);
});

test('a delegated task is resolved first and completed by its owner', async t => {
  // given
  const house = await office(t);
  const { id, instance } = await started(house);
  const { tasks, ann, eve } = house;
  await tasks.claim(ann, id);

  // when: delegated to somebody outside of the group
  const delegated = await tasks.delegate(ann, id, 'eve');
  assert.deepEqual([delegated.owner, delegated.assignee, delegated.delegation], ['ann', 'eve', 'pending']);
  await assert.rejects(tasks.complete(eve, id, { approved: true }), NotAllowed);
  const resolved = await tasks.resolve(eve, id, { advice: 'looks fine' });

  // then
  assert.deepEqual([resolved.assignee, resolved.delegation], ['ann', 'resolved']);
  assert.equal((await house.engine.variablesAt(instance, 1)).advice, 'looks fine');
  const { outcome } = await tasks.complete(ann, id, { approved: true });
  assert.ok(outcome?.ended);
});

test('what somebody may do is said with the task', async t => {
  // given
  const house = await office(t);
  const { id } = await started(house);
  const can = async (reader = house.ann) => {
    const { can: rights } = await house.tasks.get(reader, id);
    return Object.entries(rights)
      .filter(([, may]) => may)
      .map(([action]) => action);
  };

  // then
  assert.deepEqual(await can(), ['claim', 'complete', 'draft', 'comment']);
  await house.tasks.claim(house.ann, id);
  assert.deepEqual(await can(), ['claim', 'unclaim', 'assign', 'delegate', 'complete', 'change', 'draft', 'comment']);
  assert.deepEqual(await can(house.bob), ['comment']);
  await house.tasks.complete(house.ann, id, { approved: true });
  assert.deepEqual(await can(), ['comment']);
});

test('values that the form does not allow are refused one by one, and the task stays free', async t => {
  // given
  const house = await office(t);
  const { id } = await started(house);

  // when
  await assert.rejects(house.tasks.complete(house.ann, id, { approved: 'perhaps' }), error => {
    assert.ok(error instanceof FormRefused);
    const reason = 'must be one of: true, false';
    assert.deepEqual(error.errors, [{ path: 'approved', value: 'perhaps', reason }]);
    return true;
  });

  // then
  const task = await house.task('Approve');
  assert.deepEqual([task.assignee, task.completing], [undefined, undefined]);
});

test('a completion that the engine refuses takes its mark and its claim back', async t => {
  // given
  const house = await office(t);
  const { id } = await started(house);

  // when: the gateway finds no value for its condition
  const unchecked = { form: false, onFailure: 'refuse' } as const;
  await assert.rejects(house.tasks.complete(house.ann, id, {}, unchecked), /approved/);

  // then
  const task = await house.task('Approve');
  assert.deepEqual([task.assignee, task.completing], [undefined, undefined]);
  await house.tasks.complete(house.bob, id, { approved: true });
});

test('a mark that a crash left holds others off for half a minute, and its owner not at all', async t => {
  // given
  const house = await office(t);
  const { id } = await started(house);
  const { tasks, store, ann, root, clock } = house;
  const marked = clock();
  await store.patch('tasks', id, {}, { set: { completing: { by: 'root', at: marked } }, increase: { rev: 1 } });

  // then
  house.clock.advance('PT29S');
  await assert.rejects(tasks.claim(ann, id), refusal('root', marked));
  assert.equal((await tasks.claim(root, id)).assignee, 'root');
  await tasks.unclaim(root, id);
  house.clock.advance('PT2S');
  assert.equal((await tasks.claim(ann, id)).assignee, 'ann');
});

test('a task that its process has cancelled says so', async t => {
  // given
  const house = await office(t);
  const { id, instance } = await started(house);
  await house.tasks.claim(house.ann, id);

  // when
  await house.engine.send(instance, { do: 'cancel', at: house.clock(), onFailure: 'incident' });

  // then
  assert.equal((await house.tasks.get(house.ann, id)).state, 'cancelled');
  await assert.rejects(house.tasks.complete(house.ann, id, { approved: true }), /was cancelled by its process/);
});

test('dates and priority are changed and taken away', async t => {
  // given
  const house = await office(t);
  const { id } = await started(house);

  // when
  const later = house.clock() + 5000;
  await house.tasks.change(house.root, id, { followUp: later, priority: 90 });
  const task = await house.tasks.change(house.root, id, { due: null });

  // then
  assert.deepEqual([task.due, task.followUp, task.priority], [undefined, later, 90]);
  await assert.rejects(house.tasks.change(house.ann, id, { priority: 1 }), NotAllowed);
});

test('a draft fills the form again and goes with the completion', async t => {
  // given
  const house = await office(t);
  const { id } = await started(house);
  const { tasks, ann } = house;

  // when
  await tasks.saveDraft(ann, id, { approved: false, note: 'ask again' });

  // then
  assert.equal((await tasks.get(ann, id)).draft, true);
  assert.deepEqual((await tasks.form(ann, id)).data, { approved: false, note: 'ask again' });
  await tasks.complete(ann, id, { approved: true });
  assert.equal(await house.store.count('drafts', {}), 0);
});

test('a draft hides nothing that was written after it: neither an answer handed back nor a variable changed', async t => {
  // given
  const house = await office(t);
  const { id, instance } = await started(house);
  const { tasks, engine, ann, eve } = house;
  await tasks.claim(ann, id);
  await tasks.saveDraft(ann, id, { advice: 'none yet', note: 'ask again' });

  // when: somebody else changes one of the variables
  await engine.send(instance, {
    do: 'set',
    variables: { advice: 'take it' },
    activation: 1,
    at: house.clock(),
    onFailure: 'refuse',
  });

  // then
  assert.deepEqual((await tasks.form(ann, id)).data, { advice: 'take it', note: 'ask again' });

  // when: a delegate answers
  await tasks.delegate(ann, id, 'eve');
  await tasks.saveDraft(eve, id, { note: 'half an answer' });
  const handed = await tasks.resolve(eve, id, { note: 'the whole answer' });

  // then
  assert.deepEqual([handed.draft, handed.resolvedBy, handed.resolvedByName], [false, 'eve', 'Eve']);
  assert.deepEqual((await tasks.form(ann, id)).data, { advice: 'take it', note: 'the whole answer' });
});

test('nobody delegates to whom the task has already', async t => {
  // given
  const house = await office(t);
  const { id } = await started(house);
  await house.tasks.claim(house.ann, id);

  // then
  await assert.rejects(house.tasks.delegate(house.ann, id, 'ann'), BadCommand);
  assert.equal((await house.tasks.get(house.ann, id)).delegation, undefined);
});

test('comments stay with the task, in their order, also when it is closed', async t => {
  // given
  const house = await office(t);
  const { id } = await started(house);
  const { tasks, ann, bob, eve } = house;

  // when
  await tasks.comment(ann, id, 'Who knows the creditor?');
  house.clock.advance(1000);
  await tasks.comment(bob, id, 'I do.');
  await tasks.complete(ann, id, { approved: true });

  // then
  const said = await tasks.comments(ann, id);
  assert.deepEqual(
    said.map(({ by, text }) => `${by}: ${text}`),
    ['ann: Who knows the creditor?', 'bob: I do.'],
  );
  await assert.rejects(tasks.comment(eve, id, 'Me too.'), NotFound);
});

test('a batch answers for each of its tasks', async t => {
  // given
  const house = await office(t);
  const first = await started(house);
  await house.tasks.claim(house.bob, first.id);
  await house.engine.start({ key: 'approval' });
  const [second] = (await house.tasks.find(house.ann, { view: 'group' })).items;

  // when
  const results = await house.tasks.batch(house.ann, [first.id, second!.id, 'none'], { action: 'claim' });

  // then
  assert.deepEqual(
    results.map(result => (result.ok ? result.task.assignee : result.error.name)),
    ['TaskConflict', 'ann', 'NotFound'],
  );
});

test('listeners hear what people change', async t => {
  // given
  const house = await office(t);
  const { id } = await started(house);
  const heard: (string | undefined)[] = [];
  const stop = house.tasks.onChange(task => heard.push(task.assignee));

  // when
  await house.tasks.claim(house.ann, id);
  await house.tasks.unclaim(house.ann, id);
  stop();
  await house.tasks.claim(house.ann, id);

  // then
  assert.deepEqual(heard, ['ann', undefined]);
});
