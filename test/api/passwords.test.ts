/** Passwords and the guessing of them. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { hashPassword, verifyPassword } from '../../api/auth/passwords.js';
import { createThrottle } from '../../api/auth/throttle.js';
import { createVerified } from '../../api/auth/verified.js';
import { createClock } from '../virtual.js';
import { startApi } from './harness.js';

test('a password fits its own hash only, and no password fits an unknown user', async () => {
  const hash = await hashPassword('correct horse');

  assert.match(hash, /^scrypt\$131072\$8\$1\$/);
  assert.equal(await verifyPassword('correct horse', hash), true);
  assert.equal(await verifyPassword('correct horsf', hash), false);
  assert.equal(await verifyPassword('correct horse', undefined), false);
});

test('the same password typed in another Unicode form is the same password', async () => {
  assert.equal(await verifyPassword('caf\u00e9 noir', await hashPassword('cafe\u0301 noir')), true);
});

/** A throttle with a clock of its own; two are two nodes on one database. */
async function openThrottle(t: TestContext) {
  const clock = createClock();
  const { server } = await startApi(t);
  const open = () => createThrottle({ store: server.services.store, clock });
  return { clock, throttle: open(), open };
}

test('the tenth failure of an account makes everybody wait, longer each time, a minute at most', async t => {
  const { clock, throttle, open } = await openThrottle(t);
  const nodes = [throttle, open()];
  const fails = async (times: number) => {
    for (let n = 0; n < times; n++) await nodes[n % 2]!.failed('ann', '10.0.0.1');
  };
  const waits = async () => {
    let seconds = 0;
    for (; seconds < 100; seconds++)
      try {
        await throttle.admit('ann', '10.0.0.2');
        break;
      } catch {
        clock.advance(1000);
      }
    return seconds;
  };

  await fails(9);
  assert.equal(await waits(), 0);
  await fails(1);
  assert.equal(await waits(), 3);
  await fails(1);
  assert.equal(await waits(), 6);
  await fails(10);
  assert.equal(await waits(), 60);
  await throttle.admit('ben', '10.0.0.2');
});

test('failures are forgotten when the password was right, and after a quarter of an hour', async t => {
  const { clock, throttle } = await openThrottle(t);
  const fails = async () => {
    for (let n = 0; n < 10; n++) await throttle.failed('ann', `10.0.0.${n}`);
    await assert.rejects(throttle.admit('ann', '10.0.1.1'), { status: 429 });
  };

  await fails();
  await throttle.succeeded('ann');
  await throttle.admit('ann', '10.0.1.1');
  await fails();
  clock.advance('PT15M');
  await throttle.failed('ann', '10.0.0.1');
  await throttle.admit('ann', '10.0.1.1');
});

test('one address that tries many accounts has to wait as well', async t => {
  const { throttle } = await openThrottle(t);
  await Promise.all(Array.from({ length: 50 }, (_, n) => throttle.failed(`user${n}`, '10.0.0.1')));

  await assert.rejects(throttle.admit('somebody', '10.0.0.1'), { status: 429, code: 'too-many-attempts' });
  await throttle.admit('somebody', '10.0.0.2');
});

test('a hundred guesses at once are slowed down like a hundred one after the other', async t => {
  const { person, ask } = await startApi(t, { clock: createClock() });
  await person({ id: 'ann', password: 'correct horse' });

  const guesses = await Promise.all(
    Array.from({ length: 100 }, (_, n) => ask.get('/api/v1/tasks').auth('ann', `guess ${n}`)),
  );

  const tried = guesses.filter(({ status }) => status === 401).length;
  assert.ok(tried >= 10 && tried <= 12, `${tried} of 100 were compared`);
  assert.ok(guesses.every(({ status }) => status === 401 || status === 429));
});

test('an unknown user takes a hash as well: the answer does not come at once', async () => {
  const answered = verifyPassword('correct horse', undefined).then(() => 'the answer');
  const atOnce = new Promise(resolve => setImmediate(resolve, 'the next turn'));

  assert.equal(await Promise.race([answered, atOnce]), 'the next turn');
  await answered;
});

test('a verified password is remembered for a minute, and not beyond a change', () => {
  const clock = createClock();
  const verified = createVerified(clock);

  verified.add('ann', 'secret');
  assert.equal(verified.has('ann', 'secret'), true);
  assert.equal(verified.has('ann', 'other'), false);
  clock.advance(60_000);
  assert.equal(verified.has('ann', 'secret'), false);
  verified.add('ann', 'secret');
  verified.forgetAll();
  assert.equal(verified.has('ann', 'secret'), false);
});
