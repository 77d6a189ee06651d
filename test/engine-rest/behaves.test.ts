/** How Camunda 7 behaves where its clients notice: models of its dialect, driven over /engine-rest. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { until } from '../until.js';
import { startRest } from './harness.js';
import { beside, driver, part, process } from './models.js';

const { start, ask, work, set, end, boundary } = part;
const catching = part.catch;
const by = (kind: string, ref: string, name: string) => `<${kind}EventDefinition ${kind}Ref="${ref}" ${name}/>`;
const error = (code: string) => by('error', code, '');
const message = (name: string) => by('message', name, '');
const signal = (name: string) => by('signal', name, '');
const escalation = (code: string) => by('escalation', code, '');
const timer = (kind: string, text: string) =>
  `<timerEventDefinition><time${kind} xsi:type="tFormalExpression">${text}</time${kind}></timerEventDefinition>`;
const condition = (text: string, attributes = '') =>
  `<conditionalEventDefinition ${attributes}><condition xsi:type="tFormalExpression">${text}</condition></conditionalEventDefinition>`;
const begun = '<startEvent id="begin"/>';
const parallel = (id: string) => `<parallelGateway id="${id}"/>`;
const mapping = (side: 'input' | 'output', name: string, value: string) =>
  `<extensionElements><camunda:inputOutput><camunda:${side}Parameter name="${name}">${value}</camunda:${side}Parameter></camunda:inputOutput></extensionElements>`;
const sub = (id: string, inside: string, flows: string[]) => {
  const whole = process('x', inside, flows);
  return `<subProcess id="${id}">${/<process [^>]*>(.*)<\/process>/s.exec(whole)![1]}</subProcess>`;
};

test('Camunda 7 behaves so, and Weft for its files and clients', async t => {
  const api = await startRest(t);
  const { rest } = api;
  const { deploy, start: begin, at, complete, past, task } = driver(api);
  const deployed = async (...models: string[]) => {
    const answer = await deploy(...models);
    assert.equal(answer.status, 200, answer.text);
  };
  const history = async (instance: string) =>
    ((await rest('get', `/history/activity-instance?processInstanceId=${instance}`)).body as { activityId: string }[])
      .map(({ activityId }) => activityId)
      .sort();
  const jobs = async (instance: string) =>
    (await rest('get', `/job?processInstanceId=${instance}`)).body as { id: string }[];
  const correlate = (messageName: string, more: object = {}) =>
    rest('post', '/message', { messageName, resultEnabled: true, ...more });

  await t.test(
    'an error nobody catches ends its path like a none end event; an errorRef without element is the code',
    async () => {
      await deployed(
        process(
          'uncaught',
          start() + parallel('fork') + end('broken', error('nobody')) + ask(),
          ['start -> fork -> broken', 'fork -> ask'],
          beside.error('nobody'),
        ),
        process(
          'bare',
          start() +
            sub('inner', begun + end('thrown', error('bare-code')), ['begin -> thrown']) +
            boundary('caught', 'inner', '<errorEventDefinition errorRef="bare-code"/>') +
            ask(),
          ['start -> inner', 'caught -> ask'],
        ),
      );
      assert.deepEqual(await at(await begin('uncaught')), ['ask']);
      assert.deepEqual(await at(await begin('bare')), ['ask']);
    },
  );

  await t.test('throwing an error without a code is refused', async () => {
    const answer = await deploy(
      process('codeless', start() + end('thrown', '<errorEventDefinition/>'), ['start -> thrown']),
    );
    assert.deepEqual([answer.status, answer.body.type], [400, 'ParseException']);
  });

  await t.test(
    'a failure before the first wait state makes the start fail with 500 and leaves nothing behind',
    async () => {
      await deployed(
        process('fails', start() + set('compute', '${missing.thing}') + ask(), ['start -> compute -> ask']),
      );
      const answer = await rest('post', '/process-definition/key/fails/start', {});
      assert.equal(answer.status, 500);
      assert.equal((await rest('get', '/process-instance/count?processDefinitionKey=fails')).body.count, 0);
      assert.equal((await rest('get', '/history/process-instance/count?processDefinitionKey=fails')).body.count, 0);
      await deployed(process('calls', `${start()}<callActivity id="call" calledElement="fails"/>`, ['start -> call']));
      assert.equal((await rest('post', '/process-definition/key/calls/start', {})).status, 500, 'in a called process');
      assert.equal((await rest('get', '/process-instance/count?processDefinitionKeyIn=calls,fails')).body.count, 0);
    },
  );

  await t.test(
    'a boundary event on a multi-instance belongs to the body, once, and the body has an id of its own',
    async () => {
      const many = '<multiInstanceLoopCharacteristics camunda:collection="${items}" camunda:elementVariable="item"/>';
      await deployed(
        process(
          'many',
          start() + ask('each', many) + boundary('stopped', 'each', message('stop')) + end(),
          ['start -> each -> end', 'stopped -> end'],
          beside.message('stop'),
        ),
      );
      const id = await begin('many', { items: ['a', 'b', 'c'] });
      assert.equal((await rest('get', `/event-subscription/count?processInstanceId=${id}`)).body.count, 1);
      const tree = (await rest('get', `/process-instance/${id}/activity-instances`)).body;
      const [body] = tree.childActivityInstances;
      assert.equal(body.activityId, 'each#multiInstanceBody');
      assert.equal(body.activityType, 'multiInstanceBody');
      assert.equal(body.childActivityInstances.length, 3);
      assert.ok((await history(id)).includes('each#multiInstanceBody'));
      assert.equal((await correlate('stop', { processInstanceId: id })).status, 200);
      assert.deepEqual(await at(id), []);
      const empty = await begin('many', { items: [] });
      assert.deepEqual(
        (await history(empty)).filter(element => element.startsWith('each')),
        ['each#multiInstanceBody'],
      );
    },
  );

  await t.test('output parameters on a multi-instance are refused', async () => {
    const inside = `${mapping('output', 'x', '1')}<multiInstanceLoopCharacteristics><loopCardinality xsi:type="tFormalExpression">2</loopCardinality></multiInstanceLoopCharacteristics>`;
    const answer = await deploy(process('outputs', start() + ask('each', inside), ['start -> each']));
    assert.deepEqual([answer.status, answer.body.type], [400, 'ParseException']);
  });

  await t.test('an inclusive join waits for any token that could still arrive, also through a loop', async () => {
    const elements =
      start() +
      '<inclusiveGateway id="split"/>' +
      ask('one') +
      ask('two') +
      '<exclusiveGateway id="again"/>' +
      '<inclusiveGateway id="join"/>' +
      ask('after');
    const flows = [
      'start -> split -[${true}]-> one -> join -> after',
      'split -[${true}]-> two -> again -[${done}]-> join',
      'again -[${!done}]-> two',
    ];
    await deployed(process('inclusive', elements, flows));
    const id = await begin('inclusive');
    const answer = async (definitionKey: string, variables: object) => {
      const [found] = (await rest('get', `/task?processInstanceId=${id}&taskDefinitionKey=${definitionKey}`)).body;
      await rest('post', `/task/${found.id}/complete`, { variables });
    };
    await answer('one', {});
    assert.deepEqual(await at(id), ['join', 'two']);
    await answer('two', { done: { value: false } });
    assert.deepEqual(await at(id), ['join', 'two']);
    await answer('two', { done: { value: true } });
    assert.deepEqual(await at(id), ['after']);
  });

  await t.test('an inclusive join waits for what comes out of a scope', async () => {
    await deployed(
      process(
        'inclusive-deep',
        `${start()}<inclusiveGateway id="split"/>${ask('one')}${sub('inner', begun + ask('deep'), ['begin -> deep'])}<inclusiveGateway id="join"/>${ask('after')}`,
        ['start -> split -[${true}]-> one -> join -> after', 'split -[${true}]-> inner -> join'],
      ),
    );
    const id = await begin('inclusive-deep');
    const answer = async (key: string) => {
      const [found] = (await rest('get', `/task?processInstanceId=${id}&taskDefinitionKey=${key}`)).body;
      await rest('post', `/task/${found.id}/complete`, {});
    };
    await answer('one');
    assert.deepEqual(await at(id), ['deep', 'join']);
    await answer('deep');
    assert.deepEqual(await at(id), ['after']);
  });

  await t.test(
    'an escalation cancels by default, the nearest catcher wins, one that nobody catches is ignored',
    async () => {
      const inner = sub(
        'inner',
        `${begun}<intermediateThrowEvent id="rise">${escalation('up')}</intermediateThrowEvent>${ask('inside')}`,
        ['begin -> rise -> inside'],
      );
      await deployed(
        process(
          'escalates',
          start() + inner + boundary('caught', 'inner', escalation('up')) + ask('outside'),
          ['start -> inner', 'caught -> outside'],
          beside.escalation('up'),
        ),
        process(
          'ignored',
          `${start()}<intermediateThrowEvent id="rise">${escalation('up')}</intermediateThrowEvent>${ask()}`,
          ['start -> rise -> ask'],
          beside.escalation('up'),
        ),
      );
      assert.deepEqual(await at(await begin('escalates')), ['outside']);
      assert.deepEqual(await at(await begin('ignored')), ['ask']);
      const rises = `${begun}<intermediateThrowEvent id="rise">${escalation('up')}</intermediateThrowEvent>${ask('inside')}`;
      const flows = ['begin -> rise -> inside'];
      const middle =
        '<startEvent id="outset"/>' +
        sub('inner', rises, flows) +
        boundary('near', 'inner', escalation('up')) +
        ask('nearest');
      const eventSub = sub('handler', `<startEvent id="risen">${escalation('up')}</startEvent>${ask('handled')}`, [
        'risen -> handled',
      ]).replace('<subProcess', '<subProcess triggeredByEvent="true"');
      await deployed(
        process(
          'nested',
          start() +
            sub('outer', middle, ['outset -> inner', 'near -> nearest']) +
            boundary('far', 'outer', escalation('up')) +
            ask('outside'),
          ['start -> outer', 'far -> outside'],
          beside.escalation('up'),
        ),
        process(
          'either',
          start() +
            sub('inner', rises + eventSub, flows) +
            boundary('caught', 'inner', escalation('up')) +
            ask('outside'),
          ['start -> inner', 'caught -> outside'],
          beside.escalation('up'),
        ),
      );
      assert.deepEqual(await at(await begin('nested')), ['nearest']);
      assert.deepEqual(await at(await begin('either')), ['handled'], 'an event sub-process before a boundary event');
    },
  );

  await t.test(
    'output mappings of a call activity run when an error or escalation passes it, caught or not',
    async () => {
      const call = `<callActivity id="call" calledElement="thrower"><extensionElements><camunda:out source="known" target="learnt"/></extensionElements></callActivity>`;
      await deployed(
        process(
          'thrower',
          start() + set('learn', '${42}', 'known') + end('thrown', error('bad')),
          ['start -> learn -> thrown'],
          beside.error('bad'),
        ),
        process(
          'caller',
          start() + call + boundary('caught', 'call', error('bad')) + ask(),
          ['start -> call', 'caught -> ask'],
          beside.error('bad'),
        ),
      );
      const id = await begin('caller');
      assert.deepEqual(await at(id), ['ask']);
      assert.equal((await rest('get', `/process-instance/${id}/variables/learnt`)).body.value, 42);
      const risesAndWaits = `<intermediateThrowEvent id="rise">${escalation('up')}</intermediateThrowEvent>${ask('there')}`;
      const rising = call.replace('thrower', 'riser');
      await deployed(
        process(
          'riser',
          start() + set('learn', '${42}', 'known') + risesAndWaits,
          ['start -> learn -> rise -> there'],
          beside.escalation('up'),
        ),
        process(
          'rising',
          start() + rising + boundary('caught', 'call', escalation('up')) + ask(),
          ['start -> call', 'caught -> ask'],
          beside.escalation('up'),
        ),
        process('careless', start() + parallel('fork') + call + ask(), ['start -> fork -> call', 'fork -> ask']),
      );
      for (const key of ['rising', 'careless']) {
        const other = await begin(key);
        assert.deepEqual(await at(other), ['ask'], key);
        assert.equal((await rest('get', `/process-instance/${other}/variables/learnt`)).body.value, 42, key);
      }
    },
  );

  await t.test(
    'messages: a waiting instance wins over a start event; several are 400; a key starts what only a message starts',
    async () => {
      const both = ['start -> wait -> ask'];
      await deployed(
        process('by-message', start(message('order')) + ask(), ['start -> ask'], beside.message('order')),
        process('waits', start() + catching('wait', message('order')) + ask(), both, beside.message('order')),
      );
      const waiting = await begin('waits');
      const first = await correlate('order');
      assert.deepEqual([first.body[0].resultType, first.body[0].execution.processInstanceId], ['Execution', waiting]);
      const second = await correlate('order');
      assert.equal(second.body[0].resultType, 'ProcessDefinition');
      await begin('waits');
      await begin('waits');
      const several = await correlate('order');
      assert.deepEqual([several.status, several.body.type], [400, 'RestException']);
      const all = await rest('post', '/message', { messageName: 'order', all: true, resultEnabled: true });
      assert.equal(all.body.length, 3);
      assert.deepEqual(await at(await begin('by-message')), ['ask']);
      const again = await deploy(
        process('other', start(message('order')) + ask(), ['start -> ask'], beside.message('order')),
      );
      assert.notEqual(again.status, 200, 'two definitions do not start by one message');
    },
  );

  await t.test('suspended instances and definitions take no part in messages', async () => {
    await deployed(
      process(
        'sleeps',
        start() + catching('wait', message('wake')) + ask(),
        ['start -> wait -> ask'],
        beside.message('wake'),
      ),
    );
    const id = await begin('sleeps');
    await rest('put', `/process-instance/${id}/suspended`, { suspended: true });
    assert.equal((await correlate('wake')).status, 400);
    await rest('put', `/process-instance/${id}/suspended`, { suspended: false });
    assert.equal((await correlate('wake')).status, 200);
    await deployed(process('woken', start(message('rise')) + ask(), ['start -> ask'], beside.message('rise')));
    await rest('put', '/process-definition/key/woken/suspended', { suspended: true });
    assert.equal((await correlate('rise')).status, 400);
    assert.equal((await rest('post', '/process-definition/key/woken/start', {})).status, 500);
    await rest('put', '/process-definition/key/woken/suspended', { suspended: false });
    assert.equal((await correlate('rise')).status, 200);
  });

  await t.test(
    'conditions: looked at on entry and on changes that the scope sees; a missing variable is false; variableName narrows',
    async () => {
      const elements =
        start() +
        ask() +
        boundary('high', 'ask', condition('${amount > 10}', 'camunda:variableName="amount"')) +
        ask('rich');
      await deployed(process('conditional', elements, ['start -> ask', 'high -> rich']));
      const id = await begin('conditional');
      assert.deepEqual(await at(id), ['ask']);
      const { id: open } = await task(id);
      assert.equal((await rest('put', `/task/${open}/localVariables/amount`, { value: 50 })).status, 204);
      assert.deepEqual(await at(id), ['ask'], 'local to the task');
      await rest('put', `/process-instance/${id}/variables/other`, { value: 50 });
      assert.deepEqual(await at(id), ['ask'], 'another variable');
      await rest('put', `/process-instance/${id}/variables/amount`, { value: 50 });
      assert.deepEqual(await at(id), ['rich']);
      assert.deepEqual(await at(await begin('conditional', { amount: 11 })), ['rich'], 'on entry');
    },
  );

  await t.test(
    'signals: names may be expressions; camunda:in carries payload and business key; links do not appear in the history',
    async () => {
      const payload =
        '<signalEventDefinition signalRef="news"><extensionElements><camunda:in source="said" target="heard"/><camunda:in businessKey="${execution.processBusinessKey}"/></extensionElements></signalEventDefinition>';
      await deployed(
        process(
          'hears',
          start() + catching('listen', signal('news')) + ask(),
          ['start -> listen -> ask'],
          beside.signal('news-${topic}', 'news'),
        ),
        process(
          'says',
          start() +
            `<intermediateThrowEvent id="say">${payload}</intermediateThrowEvent><intermediateThrowEvent id="jump"><linkEventDefinition name="there"/></intermediateThrowEvent><intermediateCatchEvent id="land"><linkEventDefinition name="there"/></intermediateCatchEvent>` +
            end(),
          ['start -> say -> jump', 'land -> end'],
          beside.signal('news-sport', 'news'),
        ),
      );
      await deployed(
        process('starts', start(signal('news')) + ask(), ['start -> ask'], beside.signal('news-sport', 'news')),
      );
      const id = await begin('hears', { topic: 'sport' });
      const says = await begin('says', { said: 'goal' }, { businessKey: 'match 1' });
      await until('the signal is heard', async () => (await at(id)).includes('ask'));
      assert.equal((await rest('get', `/process-instance/${id}/variables/heard`)).body.value, 'goal');
      assert.deepEqual(await history(says), ['end', 'say', 'start']);
      const started = (await rest('get', '/process-instance?processDefinitionKey=starts')).body;
      assert.deepEqual(
        started.map((one: { businessKey: string }) => one.businessKey),
        ['match 1'],
      );
    },
  );

  await t.test(
    'several outgoing flows fork without a gateway, also from start and boundary events, by their conditions',
    async () => {
      const elements =
        start() +
        ask('one') +
        ask('two') +
        ask('three') +
        boundary('overdue', 'one', message('late')) +
        ask('four') +
        ask('five');
      const flows = [
        'start -> one',
        'start -[${yes}]-> two',
        'start -[${!yes}]-> three',
        'overdue -> four',
        'overdue -> five',
      ];
      await deployed(process('forks', elements, flows, beside.message('late')));
      const id = await begin('forks', { yes: true });
      assert.deepEqual(await at(id), ['one', 'two']);
      await correlate('late');
      assert.deepEqual(await at(id), ['five', 'four', 'two']);
    },
  );

  await t.test(
    'a timer cycle on a catch event and behind an event-based gateway fires once; a non-interrupting one leaves a new job with another id',
    async () => {
      const gateway = '<eventBasedGateway id="which"/>';
      await deployed(
        process(
          'races',
          start() + gateway + catching('pause', timer('Cycle', 'R3/PT1H')) + catching('told', message('tell')) + ask(),
          ['start -> which -> pause -> ask', 'which -> told'],
          beside.message('tell'),
        ),
      );
      const race = await begin('races');
      assert.equal((await rest('post', `/job/${(await jobs(race))[0]!.id}/execute`)).status, 204);
      assert.deepEqual([await at(race), await jobs(race)], [['ask'], []]);
      await deployed(
        process(
          'cycles',
          start() +
            catching('pause', timer('Cycle', 'R3/PT1H')) +
            ask() +
            boundary('remind', 'ask', timer('Cycle', 'R3/PT1H'), 'cancelActivity="false"') +
            end('reminded') +
            end(),
          ['start -> pause -> ask -> end', 'remind -> reminded'],
        ),
      );
      const id = await begin('cycles');
      const [first] = await jobs(id);
      assert.equal((await rest('post', `/job/${first!.id}/execute`)).status, 204);
      assert.deepEqual(await at(id), ['ask']);
      const [reminder, ...others] = await jobs(id);
      assert.deepEqual(others, []);
      assert.equal((await rest('post', `/job/${reminder!.id}/execute`)).status, 204);
      assert.deepEqual(await at(id), ['ask']);
      const [next] = await jobs(id);
      assert.notEqual(next!.id, reminder!.id);
    },
  );

  await t.test(
    'a token that waits in a parallel join is an activity instance, an async point a transition instance',
    async () => {
      const later = '<serviceTask id="later" camunda:asyncBefore="true" camunda:expression="${1}"/>';
      await deployed(
        process('joins', start() + parallel('fork') + ask() + later + parallel('join') + end(), [
          'start -> fork -> ask -> join -> end',
          'fork -> later -> join',
        ]),
      );
      const id = await begin('joins');
      const tree = (await rest('get', `/process-instance/${id}/activity-instances`)).body;
      assert.deepEqual(
        tree.childTransitionInstances.map((one: { activityId: string }) => one.activityId),
        ['later'],
      );
      const [job] = await jobs(id);
      assert.equal((await rest('post', `/job/${job!.id}/execute`)).status, 204);
      const after = (await rest('get', `/process-instance/${id}/activity-instances`)).body;
      const waiting = after.childActivityInstances.find((one: { activityId: string }) => one.activityId === 'join');
      assert.equal(waiting.activityType, 'parallelGateway');
      assert.equal(after.childTransitionInstances.length, 0);
    },
  );

  await t.test('deleting an instance runs output mappings, unless skipIoMappings', async () => {
    await deployed(process('mapped', start() + ask('ask', mapping('output', 'left', 'yes')), ['start -> ask']));
    const [runs, skips] = [await begin('mapped'), await begin('mapped')];
    assert.equal((await rest('delete', `/process-instance/${runs}`)).status, 204);
    assert.equal((await rest('delete', `/process-instance/${skips}?skipIoMappings=true`)).status, 204);
    assert.equal(await past(runs, 'left'), 'yes');
    assert.equal(await past(skips, 'left'), undefined);
  });

  await t.test("JUEL: null + 1 is 1, a Boolean equals the text 'true', methods of strings may be called", async () => {
    await deployed(
      process(
        'juel',
        start() +
          set('sum', '${nothing + 1}', 'sum') +
          set('same', "${flag == 'true'}", 'same') +
          set('part', '${text.substring(1).toUpperCase()}', 'part') +
          ask(),
        ['start -> sum -> same -> part -> ask'],
      ),
    );
    const id = await begin('juel', { nothing: null, flag: true, text: 'abc' });
    const value = async (name: string) => (await rest('get', `/process-instance/${id}/variables/${name}`)).body.value;
    assert.deepEqual([await value('sum'), await value('same'), await value('part')], [1, true, 'BC']);
  });

  await t.test(
    'a signal with camunda:async is heard, too: a delivery is never part of the step that throws',
    async () => {
      const thrown = '<signalEventDefinition signalRef="later" camunda:async="true"/>';
      await deployed(
        process(
          'async-hears',
          start() + catching('listen', signal('later')) + ask(),
          ['start -> listen -> ask'],
          beside.signal('later'),
        ),
        process(
          'async-says',
          `${start()}<intermediateThrowEvent id="say">${thrown}</intermediateThrowEvent>${end()}`,
          ['start -> say -> end'],
          beside.signal('later'),
        ),
      );
      const id = await begin('async-hears');
      await begin('async-says');
      await until('the signal is heard', async () => (await at(id)).includes('ask'));
    },
  );

  await t.test(
    'a BPMN error of a worker that nothing catches ends the execution; with an output mapping it is refused',
    async () => {
      await deployed(
        process('plain', start() + work('plain-work') + end(), ['start -> plain-work -> end']),
        process('mapping', start() + work('mapping-work', mapping('output', 'x', '1')) + end(), [
          'start -> mapping-work -> end',
        ]),
      );
      const throwIn = async (key: string) => {
        const id = await begin(key);
        const topics = [{ topicName: `${key}-work`, lockDuration: 60_000 }];
        const [locked] = (await rest('post', '/external-task/fetchAndLock', { workerId: 'w', maxTasks: 1, topics }))
          .body;
        return {
          id,
          answer: await rest('post', `/external-task/${locked.id}/bpmnError`, { workerId: 'w', errorCode: 'nobody' }),
        };
      };
      const plain = await throwIn('plain');
      assert.equal(plain.answer.status, 204, plain.answer.text);
      assert.deepEqual(await at(plain.id), []);
      const mapped = await throwIn('mapping');
      assert.equal(mapped.answer.status, 500);
      assert.match(mapped.answer.body.message, /ENGINE-13033/);
    },
  );

  await t.test('a form that is submitted for a delegated task resolves it and does not complete it', async () => {
    await deployed(process('delegated', start() + ask(), ['start -> ask']));
    const id = await begin('delegated');
    const { id: open } = await task(id);
    await rest('post', `/task/${open}/assignee`, { userId: 'admin' });
    await rest('post', `/task/${open}/delegate`, { userId: 'admin' });
    assert.equal((await rest('post', `/task/${open}/submit-form`, { variables: {} })).status, 204);
    assert.equal((await rest('get', `/task/${open}`)).body.delegationState, 'RESOLVED');
    assert.equal((await complete(id)).status, 204);
    assert.deepEqual(await at(id), []);
  });
});
