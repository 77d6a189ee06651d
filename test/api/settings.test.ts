/** Settings: all from the environment, and a wrong one refuses the start with its name. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { readSettings, settingLines, WrongSettings } from '../../api/settings.js';

const sentencesOf = (environment: Record<string, string>): string[] => {
  try {
    readSettings(environment);
  } catch (error) {
    assert.ok(error instanceof WrongSettings);
    return error.sentences;
  }
  return [];
};

test('an empty environment gives the defaults of the table', () => {
  const settings = readSettings({});

  assert.equal(settings.port, 3000);
  assert.equal(settings.host, '127.0.0.1');
  assert.equal(settings.demo, false);
  assert.equal(settings.jobs, true);
  assert.equal(settings.bodyLimit, 4 * 1024 * 1024);
  assert.deepEqual(settings.trustedProxies, []);
  assert.equal(settings.jsonDepth, Number(settingLines.find(line => line.name === 'WEFT_JSON_DEPTH')?.default));
});

test('every wrong setting is named with its value and what it must be', () => {
  const sentences = sentencesOf({
    PORT: '70000',
    WEFT_JOBS: 'maybe',
    WEFT_BODY_LIMIT_MB: '-1',
    WEFT_PUBLIC_URL: 'weft.example',
    WEFT_TRUSTED_PROXIES: 'nginx',
  });

  assert.deepEqual(sentences, [
    'PORT="70000" must be a whole number between 0 and 65535',
    'WEFT_JOBS="maybe" must be "on" or "off"',
    'WEFT_PUBLIC_URL="weft.example" must be a URL that begins with http:// or https://',
    'WEFT_TRUSTED_PROXIES="nginx" must be addresses such as 10.0.0.1, subnets such as 10.0.0.0/8, or loopback, linklocal, uniquelocal',
    'WEFT_BODY_LIMIT_MB="-1" must be a whole number between 1 and 1024',
  ]);
  assert.deepEqual(sentencesOf({ WEFT_TRUSTED_PROXIES: 'loopback, 10.0.0.0/8, ::1' }), []);
});

test('a misspelt setting of Weft is refused, not ignored', () => {
  assert.match(sentencesOf({ WEFT_DATE: '/tmp' })[0]!, /^WEFT_DATE is no setting of Weft/);
});

test('an address of another database is refused', () => {
  assert.match(sentencesOf({ MONGODB_URI: 'postgres://localhost' })[0]!, /begins with mongodb:/);
});

test('demo mode is refused on an address that others can reach', () => {
  assert.match(sentencesOf({ WEFT_DEMO: 'on', HOST: '0.0.0.0' })[0]!, /cannot be used in demo mode/);
  assert.deepEqual(sentencesOf({ WEFT_DEMO: 'on', HOST: 'localhost' }), []);
});

test('the README lists every setting with its default and its sentence', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `([A-Z][A-Z_]+)` \| (.*?) \| (.*?) \|$/gm)].map(
    ([, name, value, sentence]) => ({
      name,
      default: value === '' ? '' : value?.slice(1, -1),
      sentence,
    }),
  );

  assert.deepEqual(rows, settingLines);
});
