/** Passwords and the guessing of them. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { hashPassword, verifyPassword } from '../../api/auth/passwords.js';
import { createThrottle } from '../../api/auth/throttle.js';
import { createVerified } from '../../api/auth/verified.js';
import { createClock } from '../virtual.js';

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

test('the tenth failure of an account makes everybody wait, longer each time, a minute at most', () => {
  const clock = createClock();
  const throttle = createThrottle(clock);
  const fails = (times: number) => {
    for (let n = 0; n < times; n++) throttle.failed('ann', '10.0.0.1');
  };
  const waits = () => {
    let seconds = 0;
    for (; seconds < 100; seconds++)
      try {
        throttle.admit('ann', '10.0.0.2');
        break;
      } catch {
        clock.advance(1000);
      }
    return seconds;
  };

  fails(9);
  assert.equal(waits(), 0);
  fails(1);
  assert.equal(waits(), 3);
  fails(1);
  assert.equal(waits(), 6);
  fails(10);
  assert.equal(waits(), 60);
  throttle.admit('ben', '10.0.0.2');
});

test('one address that tries many accounts has to wait as well', () => {
  const throttle = createThrottle(createClock());
  for (let n = 0; n < 50; n++) throttle.failed(`user${n}`, '10.0.0.1');

  assert.throws(() => throttle.admit('somebody', '10.0.0.1'), { status: 429, code: 'too-many-attempts' });
  throttle.admit('somebody', '10.0.0.2');
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
