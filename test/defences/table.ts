/** The defences of the README's table of threats as data: what takes each away, and the test that has to notice. */

/** Text of a compiled file that stands there once → what stands there without the defence. */
export type Removal = Record<string, string>;

/** One defence; without it its test fails. */
export interface Defence {
  /** Row of the table in the README. */
  threat: number;
  /** Source file in which it stands; of TypeScript the compiled file is changed. */
  file: string;
  without: Removal;
  test: string;
}

/** Some defences of one file against one threat, all of them noticed by one test. */
const of = (threat: number, test: string, file: string, ...removals: Removal[]): Defence[] =>
  removals.map(without => ({ threat, test: `test/${test}.test.ts`, file, without }));

/** A regular expression engine that goes back and tries again in the place of the linear one. */
const linear = {
  "import { RE2JS } from 're2js';":
    'const RE2JS = { compile: pattern => ({ matcher: text => ({ find: () => new RegExp(pattern).test(text) }), matches: text => new RegExp(pattern).test(text) }) };',
};

export const defences: Defence[] = [
  ...of(
    1,
    'model/malformed',
    'engine/model/prescan.ts',
    { "parser.on('doctype'": "parser.on('comment'" },
    { '++elements > limits.elements': '++elements > 100 * limits.elements' },
    { 'open.length >= limits.depth': 'open.length >= 100 * limits.depth' },
    { '++attributes > limits.attributes': 'false' },
    { 'value.length > limits.attributeLength': 'false' },
    { 'first !== undefined': 'false' },
    { "id === '__proto__'": 'false' },
  ),
  ...of(1, 'api/strangers', 'engine/model/reader.ts', { 'bytes.byteLength > bounds.bytes': 'false' }),
  ...of(
    1,
    'model/reader',
    'engine/model/reader.ts',
    { ', deadline);': ', 2 ** 30);' },
    { 'maxOldGenerationSizeMb: heap': 'maxOldGenerationSizeMb: 4096' },
  ),
  ...of(2, 'expressions/evaluator', 'engine/expressions/worker.ts', {
    'createSandbox().run': '({ source }) => ({ value: (0, eval)(source), writes: [] })',
  }),
  ...of(
    2,
    'expressions/evaluator',
    'engine/expressions/sandbox/javascript.ts',
    { 'Date.now() > end': 'false' },
    { 'maximum: 1024': 'maximum: 16384' },
    {
      'const context = runtime.newContext({ intrinsics: INTRINSICS });':
        'const context = (module.kept ??= runtime.newContext({ intrinsics: INTRINSICS }));',
      'context.dispose();\n    runtime.dispose();': '',
    },
  ),
  ...of(3, 'expressions/juel', 'engine/expressions/names.ts', { 'forbidden.has(name)': 'false' }),
  ...of(3, 'expressions/juel', 'engine/expressions/juel/evaluate.ts', { 'Object.hasOwn(of, key)': 'key in of' }),
  ...of(3, 'expressions/juel', 'engine/expressions/juel/methods.ts', { 'Object.hasOwn(own, name)': 'name in own' }),
  ...of(4, 'tasklist/forms', 'tasklist/forms/validation.ts', linear),
  ...of(4, 'expressions/evaluator', 'engine/expressions/feel-functions.ts', linear),
  ...of(4, 'expressions/juel', 'engine/expressions/juel/methods.ts', linear),
  ...of(
    5,
    'expressions/evaluator',
    'engine/expressions/evaluator.ts',
    { 'guard(worker, deadline + grace,': 'guard(worker, 2 ** 30,' },
    { 'maxOldGenerationSizeMb: memory': 'maxOldGenerationSizeMb: 4096' },
  ),
  ...of(6, 'api/json', 'api/json.ts', { 'reaching !== undefined': 'false' }),
  ...of(6, 'api/bad-input', 'api/mount.ts', { 'refuseUnsafe(request.body);': '' }),
  ...of(6, 'api/json', 'api/schemas.ts', { '!prototypeKeys.includes(name)': 'true' }),
  ...of(6, 'api/bad-input', 'api/schemas.ts', { "id !== 'prototype' && !(id in Object.prototype)": 'true' }),
  ...of(6, 'engine-rest/identity', 'api/schemas.ts', { "id !== 'prototype' && !(id in Object.prototype)": 'true' }),
  ...of(7, 'api/bad-input', 'api/route.ts', { 'if (read.success)': 'if (part)' }),
  ...of(8, 'api/attacks', 'engine/store/sqlite/filter.ts', { '= ?`;': "= '` + (values.pop(), operand) + `'`;" }),
  ...of(9, 'api/attacks', 'api/routes/session.ts', {
    'body: z.strictObject({ name: Name.optional()': 'body: z.looseObject({ name: Name.optional()',
  }),
  ...of(9, 'api/attacks', 'api/views/people.ts', {
    'const said = {': 'const said = { ...user,',
  }),
  ...of(
    10,
    'api/webhooks',
    'api/webhooks/address.ts',
    { "parsed.range() === 'unicast'": 'true' },
    { 'parsed.match(publicIPv6)': 'true' },
    { 'internal && !internalAllowed': 'false' },
  ),
  ...of(10, 'api/webhooks', 'api/webhooks/send.ts', { '{ lookup: publicLookup }': '{}' }),
  ...of(12, 'api/rules', 'api/visible.ts', { 'if (matches(visibleInstances(person), instance))': 'if (true)' }),
  ...of(12, 'api/rules', 'tasklist/filters.ts', {
    'return readable(reader, either(...own, isCandidate(reader), ...granted));': 'return {};',
  }),
  ...of(12, 'api/rules', 'api/mount.ts', { 'if (route.needs)': 'if (false)' }),
  ...of(12, 'api/rules', 'api/visible.ts', { 'if (isNothing(filter))': 'if (false)' }),
  ...of(12, 'api/people', 'api/mount.ts', { "route.access === 'administrator'": 'false' }),
  ...of(
    12,
    'api/authorizations',
    'tasklist/permissions.ts',
    { 'return { [path]: { $in: named.filter(decided) } };': 'return {};' },
    { '.find(rule => rule.id === id || rule.id === every);': '.find(rule => rule.grants);' },
  ),
  ...of(
    12,
    'api/people',
    'api/routes/users.ts',
    { 'refusePowers(person, before, {': 'void (person, before, {' },
    { 'found.administrator && !person.administrator': 'false' },
  ),
  ...of(12, 'api/live', 'api/events.ts', { 'asked.get(stream.person) ?? sees(stream.person)': 'true' }),
  ...of(12, 'engine-rest/permissions', 'api/engine-rest/access.ts', {
    'if (claims.some(claim => holds(person, claim)))': 'if (true)',
  }),
  ...of(12, 'api/people', 'api/auth/authenticate.ts', { 'if (token.scopes)': 'if (false)' }),
  ...of(12, 'api/rules', 'api/app.ts', { "headers['x-forwarded-for'] === undefined": 'true' }),
  ...of(12, 'api/people', 'api/auth/scopes.ts', { "reads && api === 'own'": "api === 'own'" }),
  ...of(16, 'api/people', 'api/auth/authenticate.ts', { 'await invitations.forget(user);': '' }),
  ...of(
    13,
    'api/signing-in',
    'api/mount.ts',
    { 'refuseCrossSite(request, bySession, settings.publicUrl)': 'void 0' },
    { 'refuseMediaType(route, request);': '' },
  ),
  ...of(13, 'api/signing-in', 'api/auth/cookie.ts', { "sameSite: 'lax'": "sameSite: 'none'" }),
  ...of(13, 'server/places', 'api/auth/cookie.ts', { 'secure: isHttps(place)': 'secure: false' }),
  ...of(13, 'api/signing-in', 'api/auth/crossSite.ts', { 'loopbackHost.test(host)': 'true' }),
  ...of(13, 'api/shaping', 'api/cors.ts', { 'origins.includes(request.headers.origin)': 'true' }),
  ...of(14, 'api/rules', 'api/app.ts', { 'app.use(securityHeaders(isHttps(settings)));': '' }),
  ...of(14, 'web/signin', 'api/app.ts', { 'app.use(securityHeaders(isHttps(settings)));': '' }),
  ...of(14, 'api/attacks', 'api/routes/deployments.ts', { 'response.attachment(params.name);': '' }),
  ...of(15, 'api/passwords', 'api/auth/throttle.ts', { 'Math.min(longestDelay, firstDelay * 2 ** beyond)': '0' }),
  ...of(
    15,
    'api/passwords',
    'api/auth/authenticate.ts',
    { 'await throttle.failed(user, address);': '' },
    { 'inTurn(async () => {': '(work => work())(async () => {' },
  ),
  ...of(15, 'api/signing-in', 'api/auth/authenticate.ts', {
    'const found = await people.user(user);':
      "const found = await people.user(user); if (!found) throw new Problem(401, 'unknown-user', 'unknown');",
  }),
  ...of(15, 'api/passwords', 'api/auth/passwords.ts', {
    'const cost = {': 'if (!hash) return false; const cost = {',
  }),
  ...of(16, 'api/signing-in', 'api/auth/sessions.ts', { 'expiresAt > now': 'true' }, { 'seenAt + idle > now': 'true' }),
  ...of(16, 'api/signing-in', 'api/routes/session.ts', { 'await identity.sessions.close(before);': ';' }),
  ...of(16, 'api/signing-in', 'api/auth/cookie.ts', { 'httpOnly: true': 'httpOnly: false' }),
  ...of(16, 'api/signing-in', 'api/auth/secrets.ts', { "hash('sha256', secret)": 'secret' }),
  ...of(16, 'api/people', 'api/auth/people.ts', { '|| found.disabled': '' }),
  ...of(16, 'api/people', 'api/auth/authenticate.ts', {
    'if (disabled)\n                await sessions.closeAll(user);': '',
  }),
  ...of(16, 'api/live', 'api/events.ts', { 'stream.response.end();\n        }));': '{}\n        }));' }),
  ...of(
    17,
    'api/oidc',
    'api/auth/oidc.ts',
    { 'enableNonRepudiationChecks, ...': '...' },
    { 'attempt.browser === hashOf(secret)': 'true' },
    { 'email_verified !== true': 'false' },
    { 'confirmedEmail: email, ': '' },
  ),
  ...of(18, 'api/json', 'api/json.ts', { 'depth > limit': 'false' }, { 'size > limit': 'false' }),
  ...of(18, 'api/bad-input', 'api/mount.ts', { 'settings.deploymentLimit : settings.bodyLimit': '2 ** 30 : 2 ** 30' }),
  ...of(18, 'api/bad-input', 'api/mount.ts', { 'refuseDepth(bytes, settings.jsonDepth)': 'void bytes' }),
  ...of(
    19,
    'jobs/parking',
    'engine/jobs/parking.ts',
    { 'own >= perClient': 'false' },
    { 'parked.size >= total': 'false' },
  ),
  ...of(19, 'api/live', 'api/events.ts', { '>= most.perPerson': '< 0' }),
  ...of(19, 'api/attacks', 'api/auth/rate.ts', { 'count <= most': 'true' }),
  ...of(20, 'api/audit', 'api/audit.ts', { '!secret.test(name)': 'true' }),
  ...of(20, 'api/bad-input', 'api/problems.ts', { '|| secret.test(place)': '' }),
  ...of(20, 'api/attacks', 'api/problems.ts', { '|| secret.test(place)': '' }),
  ...of(21, 'api/attacks', 'api/engine-rest/variables.ts', { 'object: json': 'object: value => value' }),
  ...of(22, 'engine-rest/document', 'api/engine-rest/filters.ts', {
    "throw invalid('expressions are not evaluated in queries; send the value itself');": 'return anything;',
  }),
  ...of(23, 'api/attacks', 'api/routes/deployments.ts', {
    'resources.find(one => one.name === params.name)':
      "({ blob: (await import('node:fs')).readFileSync((await import('node:path')).join('/tmp', params.name)) })",
  }),
  ...of(23, 'api/shaping', 'api/shaping.ts', { 'formula.test(text)': 'false' }),
  ...of(24, 'api/openapi', 'api/mount.ts', { "if (route.access !== 'anyone')": 'if (false)' }),
  ...of(24, 'api/signing-in', 'api/routes/session.ts', {
    'settings.demo && isDemoPerson(user) ?': 'isDemoPerson(user) ?',
  }),
  ...of(24, 'api/demo', 'api/demo/apart.ts', { '!demo && isDemo': 'false' }),
  ...of(24, 'api/settings', 'api/settings.ts', { '!loopback.test(settings.host)': 'false' }),
  ...of(25, 'api/attacks', '.npmrc', { 'ignore-scripts=true': 'ignore-scripts=false' }),
  ...of(25, 'api/attacks', 'package.json', { '"zod": "': '"zod": "^' }),
  ...of(26, 'elements/basics', 'engine/core/tokens.ts', { 'visits > world.limits.loop': 'false' }),
  ...of(26, 'engine/cascades', 'engine/core/world.ts', {
    'hops > world.limits.hops && spreading.has(body.do)': 'false',
  }),
  ...of(27, 'api/tenants', 'api/visible.ts', { '({ tenant: { $in: tenants } })': '({})' }),
  ...of(27, 'api/tenants', 'api/engine-rest/access.ts', { '({ tenant: { $in: tenants } })': '({})' }),
  ...of(27, 'api/tenants', 'tasklist/filters.ts', {
    'return readable(reader, either(...own, isCandidate(reader), ...granted));':
      'return either(...own, isCandidate(reader), ...granted);',
  }),
  ...of(
    28,
    'api/audit',
    'api/audit.ts',
    { 'hashOf(entry) === hash': 'true' },
    { 'entry.number !== before.entries + 1': 'false', 'entry.previous !== before.hash': 'false' },
    { 'verdict.entries >= (head?.number ?? 0)': 'true' },
    { 'hash !== head.hash': 'false' },
  ),
];
