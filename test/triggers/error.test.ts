/** Error: who catches it, and who does not. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { arrows, draw, on } from '../diagram.js';
import { scenario } from '../scenario.js';

/** An error thrown two sub-processes deep; `outside` and `inside` stand around `outer` and around `inner`. */
const thrownInside = (
  outside: { elements: string; flows: string[] },
  inside = { elements: '', flows: [] as string[] },
) =>
  draw(
    `<startEvent id="start"/><subProcess id="outer"><startEvent id="o"/>
       <subProcess id="inner"><startEvent id="i"/><userTask id="work"/><endEvent id="bad">${on.error()}</endEvent>${arrows('i -> work -> bad')}</subProcess>
       ${inside.elements}${arrows('o -> inner', ...inside.flows)}
     </subProcess>${outside.elements}`,
    ['start -> outer', ...outside.flows],
  );

const caughtOutside = (definition: string) => ({
  elements: `<boundaryEvent id="caught" attachedToRef="outer">${definition}</boundaryEvent><userTask id="handle"/>`,
  flows: ['caught -> handle'],
});

test('it goes outwards until somebody catches it', async () => {
  const process = scenario(await thrownInside(caughtOutside(on.error())));
  process.start();
  process.complete('work');
  assert.deepEqual(process.waiting(), ['handle']);
});

test('the catcher that names the code comes before the one that catches all, the inner one before the outer one', async () => {
  const process = scenario(
    await thrownInside(caughtOutside(on.error()), {
      elements: `<boundaryEvent id="any" attachedToRef="inner">${on.anyError}</boundaryEvent><boundaryEvent id="exact" attachedToRef="inner">${on.error()}</boundaryEvent>
        <userTask id="handle-any"/><userTask id="handle-exact"/>`,
      flows: ['any -> handle-any', 'exact -> handle-exact'],
    }),
  );
  process.start();
  process.complete('work');
  assert.deepEqual(process.waiting(), ['handle-exact']);
});

test('another code is not caught; one that catches all catches every code', async () => {
  for (const [definition, waiting] of [
    [on.error('other'), []],
    [on.anyError, ['handle']],
  ] as const) {
    const process = scenario(await thrownInside(caughtOutside(definition)));
    process.start();
    process.complete('work');
    assert.deepEqual(process.waiting(), waiting);
  }
});

test('an error that nobody catches parks at its end event; it is not lost', async () => {
  const process = scenario(
    await draw(
      '<startEvent id="start"/><userTask id="work"/><endEvent id="bad"><errorEventDefinition errorRef="no"/></endEvent>',
      ['start -> work -> bad'],
    ),
  );
  process.start();
  process.complete('work');
  assert.match(process.incidents()[0]!, /^endEvent 'bad' \(line \d+\): error 'NO' is caught by no boundary event/);
  process.retry();
  assert.equal(process.incidents().length, 1);
  process.send({ do: 'cancel' });
  assert.equal(process.instance().state, 'cancelled');
});

test('the message of the error reaches the variable that the catcher names', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><subProcess id="sub"><startEvent id="i"/><endEvent id="bad"><errorEventDefinition errorRef="told"/></endEvent>${arrows('i -> bad')}</subProcess>
       <boundaryEvent id="caught" attachedToRef="sub"><errorEventDefinition errorRef="told" camunda:errorCodeVariable="code" camunda:errorMessageVariable="message"/></boundaryEvent><endEvent id="end"/>`,
      ['start -> sub', 'caught -> end'],
      '<error id="told" errorCode="TOLD" camunda:errorMessage="sum ${sum}"/>',
    ),
  );
  process.start({ sum: 7 });
  assert.deepEqual(process.variables(), { sum: 7, code: 'TOLD', message: 'sum 7' });
});

test('everything else in the scope that the error leaves is cancelled', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><subProcess id="sub"><startEvent id="i"/><parallelGateway id="fork"/><userTask id="work"/><userTask id="beside"/><endEvent id="bad">${on.error()}</endEvent>
         ${arrows('i -> fork -> work -> bad', 'fork -> beside')}</subProcess>
       <boundaryEvent id="caught" attachedToRef="sub">${on.error()}</boundaryEvent><userTask id="handle"/>`,
      ['start -> sub', 'caught -> handle'],
    ),
  );
  process.start();
  process.complete('work');
  assert.deepEqual(process.waiting(), ['handle']);
});
