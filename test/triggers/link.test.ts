/** Link: the token goes on at the catch event of the same name. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { draw, on } from '../diagram.js';
import { scenario } from '../scenario.js';

const out = (id: string, name: string, more = '') =>
  `<intermediateThrowEvent id="${id}">${more}${on.link(name)}</intermediateThrowEvent>`;
const into = (id: string, name: string) =>
  `<intermediateCatchEvent id="${id}">${on.link(name)}</intermediateCatchEvent>`;

test('several throw events lead to one catch event', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><parallelGateway id="fork"/>${out('a', 'x')}${out('b', 'x')}${into('c', 'x')}<userTask id="work"/>`,
      ['start -> fork -> a', 'fork -> b', 'c -> work'],
    ),
  );
  process.start();
  assert.deepEqual(process.waiting(), ['work', 'work']);
});

test('end listeners of the throw event run before the token goes on', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/>${out('a', 'x', '<extensionElements><camunda:executionListener event="end" expression="${execution.setVariable(\'seen\', true)}"/></extensionElements>')}${into('c', 'x')}<userTask id="work"/>`,
      ['start -> a', 'c -> work'],
    ),
  );
  process.start();
  assert.equal(process.variables().seen, true);
  assert.deepEqual(process.waiting(), ['work']);
});

test('a loop of links is named by the loop guard', async () => {
  const process = scenario(
    await draw(`<startEvent id="start"/><exclusiveGateway id="again"/>${out('a', 'x')}${into('c', 'x')}`, [
      'start -> again -> a',
      'c -> again',
    ]),
    { limits: { loop: 20 } },
  );
  process.start();
  assert.match(process.incidents()[0]!, /visited 20 times without waiting/);
});
