/** What cannot run is refused at deployment, in one sentence with element and line. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { compileXml } from '../../engine/model/read.js';
import { refusals } from '../../engine/model/refusals.js';
import { around, model, read } from './xml.js';

const start = '<bpmn:startEvent id="start"/>';
const flow = (id: string, from: string, to: string, inner = '') =>
  `<bpmn:sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}">${inner}</bpmn:sequenceFlow>`;
const condition = '<bpmn:conditionExpression>${x}</bpmn:conditionExpression>';
const event = (kind: string, id: string, definition: string) => `<bpmn:${kind} id="${id}">${definition}</bpmn:${kind}>`;
const caught = (definition: string, attributes = '') =>
  `<bpmn:task id="it"/><bpmn:boundaryEvent id="caught" attachedToRef="it" ${attributes}>${definition}</bpmn:boundaryEvent>`;
const subProcess = (content: string, attributes = '') =>
  `<bpmn:subProcess id="it" ${attributes}>${content}</bpmn:subProcess>`;
const eventSubProcess = (content: string) =>
  `<bpmn:task id="it"/><bpmn:subProcess id="sub" triggeredByEvent="true">${content}</bpmn:subProcess>`;
const timer = '<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>';

/** What is wrong → the model, and every error. */
const invalid: Record<string, [text: string, ...errors: string[]]> = {
  'no start event': [model('<bpmn:task id="a"/>'), "process 'p' (line 2) has no start event; draw one"],
  'a process without an id': [model(`${start}`).replace('id="p" ', ''), 'line 2: the process has no id; give it one'],
  'a flow node without an id': [
    model(`${start}
<bpmn:endEvent name="Done"><bpmn:incoming>f</bpmn:incoming></bpmn:endEvent>`),
    "line 4: the endEvent 'Done' has no id; give it one",
  ],
  'two start events without a trigger': [
    model(`${start}<bpmn:startEvent id="other"/>`),
    "process 'p' (line 2) has 2 start events without a trigger; keep one, or give the others a trigger",
  ],
  'a sub-process without a start event': [
    around(subProcess('<bpmn:task id="a"/>')),
    "subProcess 'it' (line 4) has no start event; draw one",
  ],
  'a sub-process that starts by a timer': [
    around(subProcess(event('startEvent', 'a', timer))),
    "startEvent 'a' (line 4): the start event of a sub-process cannot be of type timer; it can be without a trigger only",
  ],
  'an event sub-process without a trigger': [
    around(eventSubProcess('<bpmn:startEvent id="a"/>')),
    "startEvent 'a' (line 4): the start event of an event sub-process cannot be without an event definition; it can be timer, message, signal, conditional, error, escalation",
  ],
  'an event sub-process with two starts': [
    around(eventSubProcess(event('startEvent', 'a', timer) + event('startEvent', 'b', timer))),
    "subProcess 'sub' (line 4) has several start events; keep one",
  ],
  'a flow into an event sub-process': [
    around(eventSubProcess(event('startEvent', 'a', timer)) + flow('f', 'it', 'sub')),
    "flow 'f' (line 4): an event sub-process has no flows; it starts by its event",
  ],
  'a flow without target': [
    around('<bpmn:task id="it"/>\n<bpmn:sequenceFlow id="f" sourceRef="it"/>'),
    "flow 'f' (line 5) has no targetRef",
  ],
  'a flow to something that is no node': [
    around(`<bpmn:task id="it"/><bpmn:dataObject id="data"/>${flow('f', 'it', 'data')}`),
    "flow 'f' (line 4): targetRef 'data' is no element of this process that a flow can join",
  ],
  'a flow into a sub-process': [
    around(`${subProcess('<bpmn:startEvent id="a"/><bpmn:task id="b"/>')}${flow('f', 'start', 'b')}`),
    "flow 'f' (line 4): it leads from 'start' to 'b' in another sub-process; use an event for that",
  ],
  'a flow back to the start': [
    around(`<bpmn:task id="it"/>${flow('f', 'it', 'start')}`),
    "flow 'f' (line 4): it leads into startEvent 'start', which nothing can",
  ],
  'a flow out of the end': [
    around(`<bpmn:task id="it"/>${flow('f', 'end', 'it')}`),
    "flow 'f' (line 4): it leaves endEvent 'end', which nothing can",
  ],
  'an exclusive gateway whose flow has no condition': [
    around(`<bpmn:exclusiveGateway id="it" default="out"/><bpmn:task id="a"/>${flow('f', 'it', 'a')}`),
    "flow 'f' (line 4): it leaves exclusiveGateway 'it' and has no condition; give it one, or make it the default flow",
  ],
  'an inclusive gateway whose flow has no condition': [
    around(`<bpmn:inclusiveGateway id="it" default="out"/><bpmn:task id="a"/>${flow('f', 'it', 'a')}`),
    "flow 'f' (line 4): it leaves inclusiveGateway 'it' and has no condition; give it one, or make it the default flow",
  ],
  'a default flow that does not exist': [
    around('<bpmn:exclusiveGateway id="it" default="gone"/>'),
    "exclusiveGateway 'it' (line 4): default 'gone' does not exist",
  ],
  'a default flow of somebody else': [
    around('<bpmn:exclusiveGateway id="it" default="in"/>'),
    "exclusiveGateway 'it' (line 4): its default flow 'in' does not leave it",
  ],
  'a boundary event on nothing': [
    around('<bpmn:task id="it"/><bpmn:boundaryEvent id="caught"><bpmn:errorEventDefinition/></bpmn:boundaryEvent>'),
    "boundaryEvent 'caught' (line 4) is attached to no activity (attachedToRef)",
  ],
  'a boundary event on what does not exist': [
    around(
      '<bpmn:task id="it"/><bpmn:boundaryEvent id="caught" attachedToRef="gone"><bpmn:errorEventDefinition/></bpmn:boundaryEvent>',
    ),
    "boundaryEvent 'caught' (line 4): attachedToRef 'gone' does not exist",
  ],
  'a boundary event without trigger': [
    around(caught('')),
    "boundaryEvent 'caught' (line 4): a boundary event cannot be without an event definition; it can be timer, message, signal, conditional, error, escalation",
  ],
  'an error that does not interrupt': [
    around(caught('<bpmn:errorEventDefinition/>', 'cancelActivity="false"')),
    "boundaryEvent 'caught' (line 4): an error always interrupts; make it interrupting",
  ],
  'an error in the middle': [
    around(event('intermediateThrowEvent', 'it', '<bpmn:errorEventDefinition/>')),
    "intermediateThrowEvent 'it' (line 4): an intermediate throw event cannot be of type error; it can be message, signal, escalation, link",
  ],
  'an end event that throws no error': [
    around(`<bpmn:task id="it"/>${event('endEvent', 'bad', '<bpmn:errorEventDefinition/>')}${flow('f', 'it', 'bad')}`),
    "endEvent 'bad' (line 4): it throws no error; name one (errorRef)",
  ],
  'a catch event without definition': [
    around('<bpmn:intermediateCatchEvent id="it"/>'),
    "intermediateCatchEvent 'it' (line 4): an intermediate catch event cannot be without an event definition; it can be timer, message, signal, conditional, link",
  ],
  'a timer without time': [
    around(event('intermediateCatchEvent', 'it', '<bpmn:timerEventDefinition/>')),
    "intermediateCatchEvent 'it' (line 4): the timer has no time; give it a date, duration or cycle",
  ],
  'a timer that cannot be read': [
    around(event('intermediateCatchEvent', 'it', timer.replace('PT1H', 'an hour'))),
    "intermediateCatchEvent 'it' (line 4): 'an hour' is not a duration; expected ISO 8601 such as PT15M, P1DT2H or P1M",
  ],
  'a time to live of history that no date can say': [
    model(start).replace('id="p"', 'id="p" camunda:historyTimeToLive="P99999999D"'),
    "process 'p' (line 2): historyTimeToLive 'P99999999D' is longer than 100000 days; leave it out to keep the past forever",
  ],
  'a time to live of history in years that is longer than the API takes': [
    model(start).replace('id="p"', 'id="p" camunda:historyTimeToLive="P1000Y"'),
    "process 'p' (line 2): historyTimeToLive 'P1000Y' is longer than 100000 days; leave it out to keep the past forever",
  ],
  'a retry cycle that cannot be read': [
    around(
      '<bpmn:task id="it"><bpmn:extensionElements><camunda:failedJobRetryTimeCycle>often</camunda:failedJobRetryTimeCycle></bpmn:extensionElements></bpmn:task>',
    ),
    "task 'it' (line 4): ",
  ],
  'a message without name': [
    around(event('intermediateCatchEvent', 'it', '<bpmn:messageEventDefinition/>')),
    "intermediateCatchEvent 'it' (line 4): the message has no name; name it (messageRef)",
  ],
  'a message that does not exist': [
    around(event('intermediateCatchEvent', 'it', '<bpmn:messageEventDefinition messageRef="gone"/>')),
    "intermediateCatchEvent 'it' (line 4): messageRef 'gone' does not exist",
  ],
  'a receive task without message': [
    around('<bpmn:receiveTask id="it"/>'),
    "receiveTask 'it' (line 4): it waits for no message; name one (messageRef)",
  ],
  'a link without target': [
    model(
      `${start}<bpmn:intermediateThrowEvent id="it"><bpmn:linkEventDefinition name="A"/></bpmn:intermediateThrowEvent>${flow('f', 'start', 'it')}`,
    ),
    'intermediateThrowEvent \'it\' (line 3): no link catch event in the same scope is named "A"',
  ],
  'two link targets of one name': [
    model(
      `${start}<bpmn:intermediateThrowEvent id="it"><bpmn:linkEventDefinition name="A"/></bpmn:intermediateThrowEvent>${flow('f', 'start', 'it')}
       ${event('intermediateCatchEvent', 'a', '<bpmn:linkEventDefinition name="A"/>')}${event('intermediateCatchEvent', 'b', '<bpmn:linkEventDefinition name="A"/>')}`,
    ),
    'intermediateCatchEvent \'b\' (line 4): two link catch events are named "A"',
  ],
  'an event-based gateway before a task': [
    around(`<bpmn:eventBasedGateway id="it"/>`),
    "eventBasedGateway 'it' (line 4): 'end' (endEvent) cannot stand behind it; only catch events and receive tasks with a message can follow",
  ],
  'an event-based gateway before a receive task that waits for no message': [
    model(
      `${start}<bpmn:eventBasedGateway id="it"/><bpmn:receiveTask id="hand" camunda:asyncAfter="true"/>${flow('in', 'start', 'it')}${flow('out', 'it', 'hand')}`,
    ),
    "eventBasedGateway 'it' (line 3): 'hand' (receiveTask) cannot stand behind it; only catch events and receive tasks with a message can follow",
  ],
  'an expression with a mistake': [
    around('<bpmn:userTask id="it" camunda:assignee="${a +}"/>'),
    "userTask 'it' (line 4): ${a +}: ",
  ],
  'a script with a mistake': [
    around('<bpmn:scriptTask id="it" scriptFormat="javascript"><bpmn:script>if (</bpmn:script></bpmn:scriptTask>'),
    "scriptTask 'it' (line 4): script, its line 1: ",
  ],
  'a variable that reaches into the machine': [
    around(
      '<bpmn:task id="it"><bpmn:extensionElements><camunda:inputOutput><camunda:inputParameter name="__proto__">1</camunda:inputParameter></camunda:inputOutput></bpmn:extensionElements></bpmn:task>',
    ),
    'task \'it\' (line 4): "__proto__" is no name for a variable',
  ],
  'two starts by one message': [
    model(
      `<bpmn:startEvent id="a"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>
       <bpmn:startEvent id="b"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>`,
      { outside: '<bpmn:message id="m" name="go"/>' },
    ),
    "startEvent 'b' (line 4): startEvent 'a' starts the process by message \"go\" already; name another one",
  ],
};

for (const [name, [text, ...expected]] of Object.entries(invalid))
  test(`${name} is refused`, async () => {
    // when
    const { errors } = await read(text);

    // then
    assert.equal(errors.length, expected.length, errors.join('\n'));
    for (const [index, sentence] of expected.entries())
      if (sentence.endsWith(': ')) assert.ok(errors[index]!.startsWith(sentence), errors[index]);
      else assert.equal(errors[index], sentence);
  });

/** One element for each line of the table of what does not run yet. */
const unsupported: Record<string, string> = {
  complexGateway: '<bpmn:complexGateway id="it"/>',
  transaction: `<bpmn:transaction id="it">${start.replace('start"', 'inner"')}</bpmn:transaction>`,
  adHocSubProcess: '<bpmn:adHocSubProcess id="it"><bpmn:task id="a"/></bpmn:adHocSubProcess>',
  choreography: '<bpmn:task id="it"/><bpmn:choreographyTask id="c"/>',
  compensateEventDefinition: event('intermediateThrowEvent', 'it', '<bpmn:compensateEventDefinition/>'),
  isForCompensation: '<bpmn:task id="it" isForCompensation="true"/>',
  cancelEventDefinition: caught('<bpmn:cancelEventDefinition/>'),
  standardLoopCharacteristics: '<bpmn:task id="it"><bpmn:standardLoopCharacteristics/></bpmn:task>',
  'behavior of multi-instance':
    '<bpmn:task id="it"><bpmn:multiInstanceLoopCharacteristics behavior="One"><bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics></bpmn:task>',
  'several event definitions': event('intermediateCatchEvent', 'it', timer + timer),
  parallelMultiple: `<bpmn:intermediateCatchEvent id="it" parallelMultiple="true">${timer}</bpmn:intermediateCatchEvent>`,
  eventDefinitionRef: event('intermediateCatchEvent', 'it', '<bpmn:eventDefinitionRef>t</bpmn:eventDefinitionRef>'),
  'instantiate of receiveTask': '<bpmn:receiveTask id="it" instantiate="true" messageRef="m"/>',
  'instantiate of eventBasedGateway': '<bpmn:eventBasedGateway id="it" instantiate="true"/>',
  'eventGatewayType Parallel': '<bpmn:eventBasedGateway id="it" eventGatewayType="Parallel"/>',
  'startQuantity and completionQuantity': '<bpmn:task id="it" startQuantity="2"/>',
};

for (const { name, sentence } of refusals)
  test(`${name} is refused as long as it does not run`, async () => {
    const { errors } = await read(
      around(unsupported[name]!, {
        outside: `<bpmn:message id="m" name="go"/>${timer.replace('Definition>', 'Definition id="t">')}`,
      }),
    );
    assert.ok(
      errors.some(message => message.endsWith(`: ${sentence}`)),
      errors.join('\n'),
    );
  });

test('the documented list of what is refused is that of the code', () => {
  // given
  const documentation = readFileSync(new URL('../../../engine/model/elements.md', import.meta.url), 'utf8');

  // then
  const listed = documentation.slice(documentation.indexOf('## Refused')).matchAll(/^- (.+)$/gm);
  assert.deepEqual(
    [...listed].map(([, name]) => name),
    refusals.map(({ name }) => name),
  );
});

test('what no token can reach is a warning', async () => {
  const { errors, warnings } = await read(around('<bpmn:task id="it"/>\n<bpmn:task id="lonely" name="Lonely"/>'));
  assert.deepEqual([errors, warnings], [[], ["task 'Lonely' (line 5): nothing leads to it, so it never runs"]]);
});

test('conditions where nothing is decided are a warning', async () => {
  const { errors, warnings } = await read(
    around(`<bpmn:parallelGateway id="it"/><bpmn:task id="a"/>${flow('f', 'it', 'a', condition)}`),
  );
  assert.deepEqual(
    [errors, warnings],
    [[], ["flow 'f' (line 4): its condition is ignored, as it leaves a parallelGateway"]],
  );
});

test('drawings are not checked beside a process that runs', async () => {
  // when
  const { errors, warnings, process } = await read(
    around('<bpmn:task id="it"/>', {
      outside:
        '<bpmn:process id="drawn"><bpmn:complexGateway id="c"/><bpmn:sequenceFlow id="f" sourceRef="c" targetRef="gone"/></bpmn:process>',
    }),
  );

  // then
  assert.equal(process.key, 'p');
  assert.deepEqual(errors, []);
  assert.deepEqual(warnings, [
    "flow 'f' (line 9): targetRef 'gone' does not exist",
    'process \'drawn\' is not executable: set isExecutable="true" to run it, too',
  ]);
});

test('scopes, attachments and starts become indexes', async () => {
  // when
  const { node, errors } = await read(
    around(
      `${subProcess(`<bpmn:startEvent id="inner"/>
        <bpmn:subProcess id="handler" triggeredByEvent="true">${event('startEvent', 'trigger', timer).replace('id="trigger"', 'id="trigger" isInterrupting="false"')}</bpmn:subProcess>`)}
       <bpmn:boundaryEvent id="late" attachedToRef="it" cancelActivity="false">${timer}</bpmn:boundaryEvent>`,
    ),
  );

  // then
  assert.deepEqual(errors, []);
  const [it, inner, handler, trigger, late] = ['it', 'inner', 'handler', 'trigger', 'late'].map(node);
  assert.deepEqual(node('p').starts, [node('start').index]);
  assert.deepEqual(it!.starts, [inner!.index]);
  assert.deepEqual(it!.attached.sort(), [handler!.index, late!.index].sort());
  assert.deepEqual([late!.attachedTo, late!.interrupting], [it!.index, false]);
  assert.deepEqual([handler!.attachedTo, handler!.interrupting, handler!.starts], [it!.index, false, [trigger!.index]]);
  assert.deepEqual(handler!.event, trigger!.event);
});

test('a flow without an id is named by its ends', async () => {
  const text = model(`${start}<bpmn:task id="a"/><bpmn:sequenceFlow sourceRef="start" targetRef="a"/>`);
  const { processes, problems } = await compileXml(text, 'test.bpmn');
  assert.deepEqual(
    problems.filter(problem => problem.level === 'error'),
    [],
  );
  assert.equal(processes[0]!.flows[0]!.id, 'start->a');
});
