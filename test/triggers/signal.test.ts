/** Signal: broadcast to everybody who listens. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { draw, on } from '../diagram.js';
import { scenario } from '../scenario.js';

test('a signal is broadcast with its payload', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><intermediateThrowEvent id="tell"><signalEventDefinition signalRef="alarm"><extensionElements><camunda:in source="a" target="b"/></extensionElements></signalEventDefinition></intermediateThrowEvent><endEvent id="end">${on.signal()}</endEvent>`,
      ['start -> tell -> end'],
    ),
  );
  process.start({ a: 1 });
  assert.deepEqual(
    process.effects().map(effect => effect.do === 'broadcast' && [effect.name, effect.variables]),
    [
      ['alarm', { b: 1 }],
      ['alarm', {}],
    ],
  );
});

test('an intermediate signal event waits for it', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><intermediateCatchEvent id="wait">${on.signal()}</intermediateCatchEvent><userTask id="after"/>`,
      ['start -> wait -> after'],
    ),
  );
  process.start();
  assert.deepEqual([process.wait('wait').kind, process.wait('wait').name], ['signal', 'alarm']);
  process.complete('wait', { loud: true });
  assert.equal(process.variables().loud, true);
  assert.deepEqual(process.waiting(), ['after']);
});
