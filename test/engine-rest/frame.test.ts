/** What every operation of /engine-rest has in common: who asks, the engine's name, media types, errors. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { startRest } from './harness.js';

test('a client of Camunda 7 is let in, answered and refused in its own words', async t => {
  const { ask, rest, person } = await startRest(t);
  await person({ id: 'joe', password: 'secret of joe' });

  await t.test('the media type of JSON stands alone', async () => {
    const answer = await rest('get', '/version');
    assert.equal(answer.headers['content-type'], 'application/json');
    assert.deepEqual(answer.body, { version: '7.24.0' });
  });

  await t.test('HTTP Basic signs in; an empty one, an unknown scheme and a wrong password do not', async () => {
    const joe = await ask.get('/engine-rest/version').auth('joe', 'secret of joe');
    const empty = await ask.get('/engine-rest/version').auth('', '');
    const wrong = await ask.get('/engine-rest/version').auth('joe', 'guess');
    const bearer = await ask.get('/engine-rest/version').set('Authorization', 'Bearer x');
    const nobody = await ask.get('/engine-rest/version');
    assert.equal(joe.status, 200);
    for (const answer of [empty, wrong, bearer, nobody]) {
      assert.equal(answer.status, 401);
      assert.equal(answer.headers['www-authenticate'], 'Basic realm="weft"');
      assert.equal(answer.headers['content-type'], 'application/json');
    }
  });

  await t.test('an empty Basic header leaves a session alone', async () => {
    const signedIn = await ask.post('/api/v1/session').send({ user: 'joe', password: 'secret of joe' });
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0]!;
    const answer = await ask.get('/engine-rest/version').auth('', '').set('Cookie', cookie);
    assert.equal(answer.status, 200);
  });

  await t.test('everything is there below /engine/default, too, and a slash at the end is borne', async () => {
    assert.deepEqual((await rest('get', '/engine/default/version')).body, { version: '7.24.0' });
    assert.deepEqual((await rest('get', '/version/')).body, { version: '7.24.0' });
    assert.deepEqual((await rest('get', '/engine')).body, [{ name: 'default' }]);
    const other = await rest('get', '/engine/other/version');
    assert.equal(other.status, 400);
    assert.match(other.body.message, /other does not exist/);
  });

  await t.test('what comes later says so; what is nothing is 404; a wrong method is 405', async () => {
    const later = await rest('post', '/migration/execute', {});
    assert.deepEqual([later.status, later.body.type], [501, 'RestException']);
    assert.match(later.body.message, /migration/);
    assert.equal((await rest('get', '/nothing')).status, 404);
    assert.equal((await rest('put', '/version', {})).status, 405);
  });

  await t.test(
    'a scalar of another kind is taken as what it says, and refused where it says nothing of the kind',
    async () => {
      const fetch = (maxTasks: unknown, more = {}) =>
        rest('post', '/external-task/fetchAndLock', {
          workerId: 7,
          maxTasks,
          usePriority: 'false',
          topics: [{ topicName: 'none', lockDuration: '1000', ...more }],
        });
      assert.equal((await fetch('5')).status, 200);
      for (const [wrong, more] of [
        ['five', {}],
        ['', {}],
        [true, {}],
        [1, { lockDuration: '1e3' }],
      ] as const) {
        const { status, body } = await fetch(wrong, more);
        assert.deepEqual([status, body.type], [400, 'InvalidRequestException'], JSON.stringify([wrong, more]));
      }
      const long = await fetch(1, { lockDuration: '9007199254740993' });
      assert.match(long.body.message, /lockDuration/);
    },
  );

  await t.test(
    'a whole number that would be rounded is refused with its place, unless it is called a Double',
    async () => {
      const correlate = (value: string) =>
        ask
          .post('/engine-rest/message')
          .auth('joe', 'secret of joe')
          .type('json')
          .send(`{"messageName":"none","all":true,"processVariables":{"n":${value}}}`);
      for (const [value, place] of [
        ['{"value":12345678901234567890}', 'processVariables.n.value'],
        ['{"value":1234567890123456789012,"type":"String"}', 'processVariables.n.value'],
        ['{"value":{"big":[12345678901234567890]},"type":"Json"}', 'processVariables.n.value.big.0'],
        [String.raw`{"value":"{\"big\":12345678901234567890}","type":"Json"}`, 'n.big'],
        ['{"value":"[12345678901234567890]","type":"Object"}', 'n.0'],
      ] as const) {
        const { status, body } = await correlate(value);
        assert.deepEqual([status, body.type], [400, 'InvalidRequestException'], value);
        assert.ok(
          body.message.includes(`${place}: a whole number beyond`) ||
            body.message.includes(`'${place}': a whole number beyond`),
          body.message,
        );
      }
      for (const value of ['{"value":100000000000000000000,"type":"Double"}', '{"value":1e21}', '{"value":0.1}'])
        assert.equal((await correlate(value)).status, 204, value);
    },
  );

  await t.test('a body that is no JSON is 400, another media type 415', async () => {
    const broken = await ask
      .post('/engine-rest/telemetry/configuration')
      .auth('joe', 'secret of joe')
      .type('json')
      .send('{');
    assert.deepEqual([broken.status, broken.body.type], [400, 'InvalidRequestException']);
    const text = await rest('post', '/telemetry/configuration', 'x=1', { 'Content-Type': 'text/plain' });
    assert.equal(text.status, 415);
  });
});
