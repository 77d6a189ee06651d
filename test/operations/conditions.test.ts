/** Conditional start events are looked at when somebody asks. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { on, xml } from '../diagram.js';
import { openHouse } from '../house.js';

const conditional = (key: string, condition: string) =>
  xml(key, `<startEvent id="start">${on.condition(condition)}</startEvent><userTask id="Look"/>`, ['start -> Look']);

const starts = async (engine: Awaited<ReturnType<typeof openHouse>>['engine'], variables: Record<string, number>) =>
  (await engine.startWhereTrue({ variables, businessKey: 'b' })).map(({ definition, businessKey }) => [
    definition,
    businessKey,
  ]);

test('an instance is started for each condition that holds on the variables; one that cannot be evaluated does not hold', async t => {
  const { engine, deploy, store } = await openHouse(t);
  await assert.rejects(engine.startWhereTrue({}), { name: 'BadCommand', message: /no process is deployed/ });
  await deploy(conditional('hot', '${degrees > 30}'));
  await deploy(conditional('cold', '${degrees lt 5}'));
  await deploy(conditional('wet', '${rain > 1}'));
  assert.deepEqual(await starts(engine, { degrees: 40 }), [['hot:1', 'b']]);
  assert.deepEqual(await starts(engine, { degrees: 1, rain: 2 }), [
    ['cold:1', 'b'],
    ['wet:1', 'b'],
  ]);
  assert.equal(await store.count('tasks', { element: 'Look' }), 3);
});

test('one definition is asked, also an older version; a suspended one takes no part', async t => {
  const { engine, deploy } = await openHouse(t);
  const plain = await deploy(xml('plain', '<startEvent id="start"/>', []));
  const first = await deploy(conditional('hot', '${degrees > 30}'));
  await deploy(conditional('hot', '${degrees > 35}'));
  const ask = (definition: string) => engine.startWhereTrue({ definition, variables: { degrees: 33 } });
  assert.deepEqual((await ask(first.id)).length, 1);
  assert.deepEqual(await ask('hot:2'), []);
  assert.deepEqual(await starts(engine, { degrees: 33 }), []);
  await assert.rejects(ask(plain.id), { message: /'plain:1' has no conditional start event/ });
  await engine.operations.suspendDefinition(first.id, { suspended: true });
  assert.deepEqual(await ask(first.id), []);
});
