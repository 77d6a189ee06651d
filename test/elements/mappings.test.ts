/** Input and output mappings, listeners, and where variables live. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { arrows, draw } from '../diagram.js';
import { scenario } from '../scenario.js';

const io = (parameters: string) =>
  `<extensionElements><camunda:inputOutput>${parameters}</camunda:inputOutput></extensionElements>`;
const input = (name: string, value: string) =>
  `<camunda:inputParameter name="${name}">${value}</camunda:inputParameter>`;
const output = (name: string, value: string) =>
  `<camunda:outputParameter name="${name}">${value}</camunda:outputParameter>`;
const listener = (event: string, expression: string) =>
  `<extensionElements><camunda:executionListener event="${event}" expression="${expression}"/></extensionElements>`;
const logs = (event: string, text: string) =>
  listener(event, `\${execution.setVariable('log', log.concat('${text} '))}`);

const task = (inside: string, attributes = '') =>
  draw(`<startEvent id="start"/><userTask id="work" ${attributes}>${inside}</userTask><userTask id="after"/>`, [
    'start -> work -> after',
  ]);

test('inputs are local, each sees the ones before it, and they are gone with the task', async () => {
  const process = scenario(await task(io(input('a', '${x + 1}') + input('b', '${a * 2}'))));
  process.start({ x: 1 });
  assert.deepEqual(process.local('work'), { a: 2, b: 4 });
  process.complete('work');
  assert.deepEqual(process.variables(), { x: 1 });
});

test('outputs leave the task, each sees the ones before it', async () => {
  const process = scenario(await task(io(input('a', '${x}') + output('y', '${a + z}') + output('w', '${y * 10}'))));
  process.start({ x: 1 });
  process.complete('work', { z: 2 });
  assert.deepEqual(process.variables(), { x: 1, z: 2, y: 3, w: 30 });
});

test('an answer changes a variable where it is defined: a local one stays local', async () => {
  const process = scenario(await task(io(input('a', '${1}'))));
  process.start({ a: 0 });
  process.complete('work', { a: 5, b: 6 });
  assert.deepEqual(process.variables(), { a: 0, b: 6 });
});

test('lists, maps and plain texts are mapped', async () => {
  const process = scenario(
    await task(
      io(
        input('text', 'plain') +
          input(
            'list',
            '<camunda:list><camunda:value>one</camunda:value><camunda:value>${x}</camunda:value></camunda:list>',
          ) +
          input('map', '<camunda:map><camunda:entry key="k">${x}</camunda:entry></camunda:map>'),
      ),
    ),
  );
  process.start({ x: 2 });
  assert.deepEqual(process.local('work'), { text: 'plain', list: ['one', 2], map: { k: 2 } });
});

test('a failing input parks the token before the task opens; a failing output after it, with the answer kept', async () => {
  const process = scenario(await task(io(input('a', '${x}') + output('y', '${missing}'))));
  process.start();
  assert.match(process.incidents()[0]!, /userTask 'work'.*\$\{x\} failed/);
  process.set({ x: 1 });
  process.retry();
  process.complete('work', { result: 7 });
  assert.match(process.incidents()[0]!, /userTask 'work'.*\$\{missing\} failed/);
  assert.equal(process.variables().result, 7);
  process.set({ missing: 3 });
  process.retry();
  assert.equal(process.variables().y, 3);
  assert.deepEqual(process.waiting(), ['after']);
});

test('variables of a sub-process are seen inside and gone behind it', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><subProcess id="sub">${io(input('scoped', '${x}') + output('y', '${scoped}'))}
         <startEvent id="begin"/><userTask id="inside"/>${arrows('begin -> inside')}</subProcess><userTask id="after"/>`,
      ['start -> sub -> after'],
    ),
  );
  process.start({ x: 1 });
  process.complete('inside', { scoped: 2 });
  assert.deepEqual(process.variables(), { x: 1, y: 2 });
});

test('listeners run at the start and end of nodes, on flows, and of the process, in order', async () => {
  const process = scenario(
    await draw(
      `${logs('start', 'process-start').replace('</extensionElements>', logs('end', 'process-end').replace('<extensionElements>', ''))}
       <startEvent id="start"/><userTask id="work">${logs('start', 'work-start').replace('</extensionElements>', logs('end', 'work-end').replace('<extensionElements>', ''))}</userTask><endEvent id="end">${logs('end', 'end-end')}</endEvent>
       <sequenceFlow id="f" sourceRef="start" targetRef="work">${logs('take', 'take')}</sequenceFlow>`,
      ['work -> end'],
    ),
  );
  process.start({ log: '' });
  process.complete('work');
  assert.equal(process.variables().log, 'process-start take work-start work-end end-end process-end ');
});

test('inputs are mapped before start listeners, outputs before end listeners', async () => {
  const process = scenario(
    await task(
      `<extensionElements><camunda:inputOutput>${input('a', '${1}')}${output('b', '${a + 1}')}</camunda:inputOutput>
        <camunda:executionListener event="start" expression="\${execution.setVariable('seen', a)}"/>
        <camunda:executionListener event="end" expression="\${execution.setVariable('behind', b)}"/></extensionElements>`,
    ),
  );
  process.start();
  process.complete('work');
  assert.deepEqual(process.variables(), { seen: 1, b: 2, behind: 2 });
});

test('a failing listener of each kind is an incident, and a retry goes on from there', async () => {
  const process = scenario(
    await draw(
      `<startEvent id="start"/><userTask id="work">${listener('end', '${end}')}</userTask><userTask id="after">${listener('start', '${begin}')}</userTask>
       <sequenceFlow id="f" sourceRef="work" targetRef="after">${listener('take', '${take}')}</sequenceFlow>`,
      ['start -> work'],
    ),
  );
  process.start();
  process.complete('work');
  for (const name of ['end', 'take', 'begin']) {
    assert.equal(process.incidents().length, 1);
    assert.match(process.incidents()[0]!, new RegExp(`\\$\\{${name}\\} failed`));
    process.set({ [name]: 1 });
    process.retry();
  }
  assert.deepEqual(process.incidents(), []);
  assert.deepEqual(process.waiting(), ['after']);
});

test('a failing end listener of the process keeps the instance open until it is retried', async () => {
  const process = scenario(
    await draw(`${listener('end', '${end}')}<startEvent id="start"/><userTask id="work"/>`, ['start -> work']),
  );
  process.start();
  process.complete('work');
  assert.equal(process.instance().state, 'running');
  process.set({ end: 1 });
  process.retry();
  assert.equal(process.instance().state, 'completed');
});
