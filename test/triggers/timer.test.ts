/** Timer: a date, a duration, a cycle. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { draw, on } from '../diagram.js';
import { scenario } from '../scenario.js';

const hour = 3_600_000;

const boundary = (definition: string, cancelActivity: boolean) =>
  draw(
    `<startEvent id="start"/><userTask id="work"/><boundaryEvent id="tick" attachedToRef="work" cancelActivity="${cancelActivity}">${definition}</boundaryEvent><task id="remind"/><endEvent id="end"/>`,
    ['start -> work -> end', 'tick -> remind'],
  );

test('an intermediate timer waits for its duration, counted from the entry', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><intermediateCatchEvent id="wait">${on.timer('${patience}')}</intermediateCatchEvent><userTask id="after"/>`,
      ['start -> wait -> after'],
    ),
  );
  process.start({ patience: 'PT2H' });
  assert.equal(process.wait('wait').due, process.clock.now + 2 * hour);
  process.complete('wait');
  assert.deepEqual(process.waiting(), ['after']);
});

test('a date is taken as it stands, also one that has passed', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><intermediateCatchEvent id="wait"><timerEventDefinition><timeDate>2020-02-02T00:00:00Z</timeDate></timerEventDefinition></intermediateCatchEvent><endEvent id="end"/>`,
      ['start -> wait -> end'],
    ),
  );
  process.start();
  assert.equal(process.wait('wait').due, Date.UTC(2020, 1, 2));
});

test('a cycle fires as often as it says, each time counted from the last due time, not from the late firing', async () => {
  const process = scenario(await boundary(on.cycle('R3/PT1H'), false));
  process.start();
  const begin = process.clock.now;
  for (let round = 1; round <= 3; round++) {
    assert.equal(process.wait('tick').due, begin + round * hour);
    process.clock.now = begin + round * hour + 600_000;
    process.complete('tick');
  }
  assert.deepEqual(process.waiting(), ['work']);
  assert.equal(process.entered().filter(name => name === 'remind').length, 3);
});

test('a cycle without a number fires until its task is done', async () => {
  const process = scenario(await boundary(on.cycle('R/PT1H'), false));
  process.start();
  for (let round = 0; round < 10; round++) process.complete('tick');
  assert.deepEqual(process.waiting(), ['tick', 'work']);
  process.complete('work');
  assert.equal(process.instance().state, 'completed');
});

test('an interrupting timer with a cycle fires once', async () => {
  const process = scenario(await boundary(on.cycle('R3/PT1H'), true));
  process.start();
  process.complete('tick');
  assert.equal(process.instance().state, 'completed');
});

test('a timer whose task is done is stale, not an error of the process', async () => {
  const process = scenario(await boundary(on.timer(), true));
  process.start();
  const { id } = process.wait('tick');
  process.complete('work');
  assert.throws(() => process.send({ do: 'resume', wait: id, variables: {} }), { name: 'StaleCommand' });
});

test('a cycle whose next time cannot be worked out parks its firing, the task stays', async () => {
  const process = scenario(await boundary(on.cycle('${cycle}'), false));
  process.start({ cycle: 'R3/PT1H' });
  process.set({ cycle: 'sometimes' });
  process.complete('tick');
  assert.match(process.incidents()[0]!, /^boundaryEvent 'tick' \(line \d+\).*cycle/);
  assert.deepEqual(process.waiting(), ['work']);
  process.set({ cycle: 'R3/PT2H' });
  process.retry();
  assert.deepEqual(process.waiting(), ['tick', 'work']);
  assert.equal(process.entered().filter(name => name === 'remind').length, 1);
});

test('a cycle fires once a second at most, whatever its model says; the limit is a setting', async () => {
  for (const [limits, expected] of [
    [{}, 1000],
    [{ interval: 20 }, 20],
  ] as const) {
    const process = scenario(
      await draw(
        `<startEvent id="start"/><userTask id="work"/><boundaryEvent id="often" attachedToRef="work" cancelActivity="false">${on.cycle('R/PT0.001S')}</boundaryEvent><endEvent id="end"/>`,
        ['start -> work', 'often -> end'],
      ),
      { limits },
    );
    process.start();
    assert.equal(process.wait('often').due, process.clock.now + expected);
    process.clock.now = process.wait('often').due!;
    process.complete('often');
    assert.equal(process.wait('often').due, process.clock.now + expected);
  }
});
