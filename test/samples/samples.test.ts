/** The samples: they deploy without a warning, run to each of their ends, and say what they are. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Variables } from '../../engine/core/types.js';
import type { ActivityDocument, TaskDocument } from '../../engine/store/documents.js';
import { filesOf, type Sample, samples } from '../../samples/index.js';
import { openInProcess } from '../../samples/inProcess.js';
import { play } from '../../samples/play.js';
import { openHouse } from '../house.js';
import { until } from '../until.js';

const sampleNamed = (name: string): Sample => samples.find(sample => sample.name === name)!;

/** A sample deployed in a house, with its workers; `start` starts one instance. */
async function stage(t: TestContext, name: string) {
  const house = await openHouse(t);
  const sample = sampleNamed(name);
  const { warnings } = await house.engine.deploy({ files: await filesOf(sample) });
  assert.deepEqual(warnings, []);
  for (const [topic, handler] of Object.entries(sample.workers)) house.engine.worker(topic, handler);
  const all = { tenants: [''], person: 'demo', groups: [], administrator: true };
  /** Names of the end events that were reached. */
  async function end(instance: string): Promise<string> {
    await house.projector.caughtUp(instance);
    const filter = { instance, elementType: 'endEvent' };
    const ends = await house.store.find<ActivityDocument>('activities', { filter });
    return ends.map(({ name }) => name).join();
  }

  return {
    ...house,
    async start(variables: Variables = {}) {
      const input = sample.start(1, () => 0.1);
      const given = { ...input, variables: { ...input.variables, ...variables } };
      const { instance } = await house.engine.start({ key: sample.key, ...given });
      await house.engine.jobs.runDue();
      return instance;
    },
    async complete(name: string, variables: Variables) {
      await house.tasks.complete(all, (await house.task(name)).id, variables);
      await house.engine.jobs.runDue();
    },
    end,
    /** Workers answer when the machine lets them. */
    endsAt: (instance: string, name: string) => until(`it ends at ${name}`, async () => (await end(instance)) === name),
    openTasks: async () => (await house.tasks.find(all, { sort: 'name' })).items.map(task => task.name),
  };
}

for (const sample of samples) {
  test(`the sample "${sample.name}" plays to its end by itself`, async t => {
    // given
    const inProcess = await openInProcess();
    t.after(() => inProcess.close());
    const said: string[] = [];

    // when
    await play({ sample, stage: inProcess, random: () => 0.5, number: 1, say: sentence => said.push(sentence) });

    // then
    assert.ok(said.length > 3);
    assert.match(said[0]!, new RegExp(`^${sample.title}`));
  });
}

test('nobody checks an invoice for three days: a lead decides', async t => {
  // given
  const { start, advance, openTasks, complete, endsAt } = await stage(t, 'approval');
  const instance = await start();
  assert.deepEqual(await openTasks(), ['Check invoice']);

  // when
  await advance('P3D');

  // then
  assert.deepEqual(await openTasks(), ['Decide overdue invoice']);
  await complete('Decide overdue invoice', { approved: true });
  await endsAt(instance, 'Invoice paid');
});

test('a rejected invoice that is cleared up is checked again, else refused', async t => {
  // given
  const { start, complete, openTasks, endsAt } = await stage(t, 'approval');
  const instance = await start();

  // when
  await complete('Check invoice', { approved: false, comment: 'Which order?' });
  await complete('Clarify with creditor', { clearedUp: true });
  assert.deepEqual(await openTasks(), ['Check invoice']);
  await complete('Check invoice', { approved: false });
  await complete('Clarify with creditor', { clearedUp: false });

  // then
  await endsAt(instance, 'Invoice refused');
});

test('an order waits for its payment, is packed and shipped', async t => {
  // given
  const { start, engine, complete, end, endsAt } = await stage(t, 'order');
  const instance = await start({ item: 'Teapot' });
  assert.equal(await end(instance), '');

  // when
  const { result } = await engine.publish({ name: 'payment-received', businessKey: 'ORD-1001' });
  assert.equal(result, 'delivered');
  await complete('Pack parcel', { weight: 2 });

  // then
  await endsAt(instance, 'Order shipped');
});

test('what is out of stock is declined', async t => {
  const { start, endsAt, engine } = await stage(t, 'order');
  const instance = await start({ item: 'Grand piano', customer: 'Ann' });
  await endsAt(instance, 'Order declined');
  assert.equal((await engine.instance(instance))?.state, 'completed');
});

test('an order that names nothing is declined in words, too', async t => {
  // given
  const { engine, endsAt, store } = await stage(t, 'order');

  // when
  const { instance } = await engine.start({ key: 'customer-order' });

  // then
  await endsAt(instance, 'Order declined');
  const [mail] = await store.find<never>('variables', { filter: { instance, name: 'mail' } });
  assert.match(JSON.stringify(mail), /Dear customer, we are sorry: your order names no item and quantity\./);
});

test('an order that is not paid within seven days expires', async t => {
  const { start, advance, endsAt } = await stage(t, 'order');
  const instance = await start({ item: 'Teapot' });
  await advance('P7D');
  await endsAt(instance, 'Order expired');
});

/** Reviews a claim as each of the adjusters in turn, as long as there is a review. */
async function reviewed(t: TestContext, votes: boolean[]) {
  const staged = await stage(t, 'claim');
  const instance = await staged.start();
  await staged.complete('Appoint adjusters', { adjusters: ['clara', 'lena', 'sam'] });
  for (const covered of votes) await staged.complete('Review claim', { covered });
  return { ...staged, instance };
}

test('two of three adjusters agree: the damage is paid, and the third review is cancelled', async t => {
  // when
  const { instance, endsAt, store } = await reviewed(t, [true, true]);

  // then
  await endsAt(instance, 'Claim settled');
  const reviews = await store.find<TaskDocument>('tasks', { filter: { instance, element: 'review' } });
  assert.deepEqual(reviews.map(({ assignee }) => assignee).sort(), ['clara', 'lena', 'sam']);
  assert.deepEqual(reviews.map(({ wait }) => wait.state).sort(), ['answered', 'answered', 'dropped']);
});

test('two of three adjusters disagree: a clerk explains why', async t => {
  // when
  const { instance, complete, end, endsAt } = await reviewed(t, [false, true, false]);

  // then
  assert.equal(await end(instance), '');
  await complete('Explain rejection', { letter: 'Dear claimant' });
  await endsAt(instance, 'Claim rejected');
});

test('every adjuster sees his own review only', async t => {
  // given
  const { tasks, person } = await reviewed(t, []);

  // then
  for (const id of ['clara', 'sam']) {
    const mine = await tasks.find(await person(id, ['clerks']));
    assert.deepEqual(
      mine.items.map(task => task.assignee),
      [id],
    );
  }
});

test('no adjuster finds a decision chosen for him', async t => {
  // given
  const { tasks, person } = await reviewed(t, []);
  const clara = await person('clara', ['clerks']);

  // when
  const [review] = (await tasks.find(clara, { view: 'mine' })).items;
  const { data } = await tasks.form(clara, review!.id);

  // then
  assert.equal(data.covered, null);
});

test('the forms of the samples accept what their people answer', async t => {
  for (const sample of samples) {
    const { start, tasks } = await stage(t, sample.name);
    await start();
    const all = { tenants: [''], person: 'demo', groups: [], administrator: true };
    for (const task of (await tasks.find(all)).items) {
      const form = await tasks.form(all, task.id);
      assert.ok(form.kind === 'form-js', `${sample.name}: ${task.name}`);
      await tasks.complete(
        all,
        task.id,
        sample.answers[task.element]!(() => 0.5, form.data),
      );
    }
  }
});
