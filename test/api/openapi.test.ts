/** The OpenAPI document and its page: what they say is what is there. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { z } from 'zod';
import { apiRoutes } from '../../api/app.js';
import { exampleOf } from '../../api/examples.js';
import { startApi } from './harness.js';

test('every operation of the document is mounted, has its own id, and every reference leads somewhere', async t => {
  const { ask } = await startApi(t);
  const { body: document, text } = await ask.get('/api/v1/openapi.json');
  const operations = Object.entries(document.paths as Record<string, Record<string, { operationId: string }>>).flatMap(
    ([path, methods]) => Object.entries(methods).map(([method, { operationId }]) => ({ path, method, operationId })),
  );

  assert.equal(document.openapi, '3.1.0');
  assert.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length);
  for (const { path, method } of operations) {
    const url = `/api/v1${path.replaceAll(/\{\w+\}/g, 'x')}`;
    const answer = await ask[method as 'get'](url);
    assert.notEqual(answer.body.code, 'no-such-endpoint', `${method} ${path}`);
  }
  for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g))
    assert.ok(document.components.schemas[name!], `schema ${name} is missing`);
});

test('everything but signing in and the documentation needs a sign-in', async t => {
  const { ask } = await startApi(t);
  const { body: document } = await ask.get('/api/v1/openapi.json');
  const open: string[] = [];
  for (const [path, methods] of Object.entries(document.paths as Record<string, object>))
    for (const method of Object.keys(methods)) {
      const { status } = await ask[method as 'get'](`/api/v1${path.replaceAll(/\{\w+\}/g, 'x')}`).send();
      if (status !== 401) open.push(`${method} ${path}`);
    }

  assert.deepEqual(open.sort(), [
    'delete /session',
    'get /docs',
    'get /openapi.json',
    'get /session',
    'get /session/oidc',
    'get /session/oidc/callback',
    'post /session',
    'post /session/invitation',
    'post /setup',
  ]);
});

test('the page shows every operation and needs nothing from elsewhere', async t => {
  const { ask } = await startApi(t);

  const { text, headers } = await ask.get('/api/v1/docs');

  assert.match(headers['content-type']!, /^text\/html/);
  assert.match(text, /\/tasks\/\{id\}\/claim/);
  assert.deepEqual(
    [...text.matchAll(/(?:src|href)="(?!#)([^"]+)"/g)].map(match => match[1]),
    ['openapi.json', '../../try.js'],
  );
});

test('the statuses are those that are answered: what is only tried has its own, what is done has no content', async t => {
  const { ask, person } = await startApi(t);
  const root = await person({ id: 'root', administrator: true });
  await root.post('/groups', { id: 'clerks', name: 'Clerks' });
  const { body: document } = await root.get('/openapi.json');
  const answersOf = (path: string, method: string) => document.paths[path][method].responses;
  const contentOf = (path: string, method: string, status: number) =>
    Object.keys(answersOf(path, method)[status].content ?? {});

  const tried = await root.delete('/groups/clerks?dryRun=true');
  const done = await root.delete('/groups/clerks');
  const files = [{ name: 'a.bpmn', text: '<nothing/>' }];
  const checked = await root.post('/deployments?validateOnly=true', { files });

  assert.deepEqual([tried.status, done.status, checked.status], [200, 204, 200]);
  assert.deepEqual(contentOf('/groups/{id}', 'delete', 200), ['application/json']);
  assert.deepEqual(contentOf('/groups/{id}', 'delete', 204), []);
  assert.equal(
    answersOf('/deployments', 'post')[200].content['application/json'].schema.$ref,
    '#/components/schemas/CheckedFiles',
  );
  assert.deepEqual(Object.keys(answersOf('/session/oidc', 'get')), ['302', '400', '404', 'default']);
  for (const [path, methods] of Object.entries(document.paths as Record<string, Record<string, object>>))
    for (const method of Object.keys(methods)) {
      const { default: other, ...answers } = answersOf(path, method);
      assert.deepEqual(Object.keys(other.content), ['application/problem+json'], `${method} ${path}`);
      if (answers[204]) assert.equal(answers[204].content, undefined, `${method} ${path}`);
    }
  const form = document.paths['/deployments'].post.requestBody.content['multipart/form-data'].schema;
  assert.deepEqual(Object.keys(form.properties), ['name', 'source', 'tenant', 'changedOnly']);
  assert.equal(document.components.securitySchemes.session.name, 'weft');
  assert.ok((await ask.get('/api/v1/docs')).text.includes('webhook-signature'));
});

test('every example of an answer is one that its schema allows, and hardly a text in it says nothing', async t => {
  const { server } = await startApi(t);
  const wrong: string[] = [];
  let empty = 0;
  for (const { method, path, answer } of apiRoutes(server.services)) {
    if (!answer) continue;
    const { $defs = {}, ...schema } = z.toJSONSchema(answer, { io: 'output', unrepresentable: 'any' });
    const shown = exampleOf(schema, $defs as Record<string, Record<string, unknown>>);
    empty += JSON.stringify(shown ?? '').split('an example').length - 1;
    if (shown !== 'an example' && !answer.safeParse(shown).success)
      wrong.push(`${method} ${path}: ${JSON.stringify(shown)}`);
  }
  assert.deepEqual(wrong, []);
  assert.ok(empty < 25, `${empty} texts`);
});

test('no example contradicts itself: what is open has no end, and an id is one of its kind', async t => {
  const { ask } = await startApi(t);
  const { paths } = (await ask.get('/api/v1/openapi.json')).body;
  const shown = (path: string, method: string, status: number) =>
    paths[path][method].responses[status].content['application/json'].example;

  const instance = shown('/instances/{id}', 'get', 200);
  assert.deepEqual([instance.state, instance.ended, instance.endedAt], ['running', false, undefined]);
  assert.deepEqual([instance.incidents[0].state, instance.incidents[0].resolvedBy], ['open', undefined]);
  assert.equal(shown('/tasks/{id}', 'get', 200).completedAt, undefined);
  const bodyOf = (path: string, method: string) => paths[path][method].requestBody.content['application/json'];
  assert.equal(bodyOf('/tasks/{id}/assign', 'post').example.assignee, 'mary');
  assert.match(bodyOf('/messages', 'post').example.instance, /^[\da-f-]{36}$/);
  const [, file] = bodyOf('/deployments', 'post').schema.properties.files.items.anyOf;
  assert.deepEqual([file.properties.bytes.type, file.properties.bytes.format], ['string', 'binary']);
});

test('every example of a request is one that its endpoint accepts', async t => {
  const { server } = await startApi(t);
  const wrong: string[] = [];
  for (const { method, path, body, example } of apiRoutes(server.services)) {
    if (!body) continue;
    const { $defs = {}, ...schema } = z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' });
    const shown = example ?? exampleOf(schema, $defs as Record<string, Record<string, unknown>>);
    const read = body.safeParse(shown);
    if (!read.success) wrong.push(`${method} ${path}: ${JSON.stringify(shown)} ${read.error.message}`);
  }
  assert.deepEqual(wrong, []);
});
