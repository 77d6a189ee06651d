/** Starts over HTTP: Weft's server, and a bare server of Node in front of the floor on MongoDB. Both share the process with their clients. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createServer as createWeft } from '../../../api/server.js';
import { readSettings } from '../../../api/settings.js';
import { environmentOf } from '../../databases.js';
import type { OpenSubject } from '../subject.js';
import { openMongoFloor } from './floor-mongo.js';

async function post(url: string, body: object, token = ''): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}

const noTask = () => Promise.reject(new Error('over HTTP instances are only started'));

export const openWeftOverHttp: OpenSubject = async (xml, folder) => {
  const server = await createWeft({ settings: readSettings({ PORT: '0', ...environmentOf(folder) }) });
  const { engine, identity } = server.services;
  const { url } = await server.listen();
  await engine.deploy({ files: [{ name: 'benchmark.bpmn', bytes: Buffer.from(xml) }] });
  await identity.people.createUser({ id: 'ada', name: 'Ada', administrator: true });
  const { token } = await identity.tokens.create({ user: 'ada', name: 'bench' });
  let ended = 0;
  engine.onCommit(({ unit }) => {
    if (unit.instance.state === 'completed') ended++;
  });
  return {
    start: (key, businessKey, variables) => post(`${url}/api/v1/instances`, { key, businessKey, variables }, token),
    complete: noTask,
    ended: () => ended,
    close: () => server.close(),
  };
};

export const openFloorOverHttp: OpenSubject = async (xml, folder) => {
  const floor = await openMongoFloor(xml, folder);
  const http = createServer(async (request, response) => {
    const { key, businessKey, variables } = JSON.parse(await text(request));
    await floor.start(key, businessKey, variables);
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ businessKey }));
  });
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/`;
  return {
    start: (key, businessKey, variables) => post(url, { key, businessKey, variables }),
    complete: noTask,
    ended: () => floor.ended(),
    async close() {
      http.close();
      http.closeAllConnections();
      await floor.close();
    },
  };
};
