/** A proxy in front of a database that cuts the connection at a chosen command, before it arrives or before its answer does, or holds the answer back. */

import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';

export interface CuttingProxy {
  uri: string;
  /** Cuts the connection of the next message that holds this text, once. Resolves when it did. */
  cut(when: 'before' | 'after', text: string): Promise<void>;
  /** Holds back the answer to the next message that holds this text. Resolves, when that has arrived, to what lets the answer go. */
  hold(text: string): Promise<() => void>;
  /** Refuses everybody until `open()`. */
  shut(): void;
  open(): void;
  close(): Promise<void>;
}

/** What is done with the next message that holds the text. */
interface Order {
  when: 'before' | 'after' | 'hold';
  text: string;
  done(release: () => void): void;
}

/** Starts a proxy in front of a `mongodb://host:port/…`. */
export async function startProxy(target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let order: Order | undefined;
  let isShut = false;

  const server = createServer(client => {
    if (isShut) return client.destroy();
    const upstream = dial(Number(port), hostname);
    let deaf = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on('data', message => {
      const now = order && message.includes(order.text) ? order : undefined;
      if (now) order = undefined;
      if (now?.when !== 'before') upstream.write(message);
      if (now?.when === 'before') end();
      if (now?.when === 'after') deaf = true;
      if (now?.when === 'hold') upstream.pause();
      now?.done(() => upstream.resume());
    });
    upstream.on('data', answer => (deaf ? end() : client.write(answer)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = new URL(target);
  address.port = String((server.address() as { port: number }).port);

  const disconnect = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    uri: address.href,
    cut: (when, text) =>
      new Promise(done => {
        order = { when, text, done: () => done() };
      }),
    hold: text =>
      new Promise(done => {
        order = { when: 'hold', text, done };
      }),
    shut() {
      isShut = true;
      disconnect();
    },
    open() {
      isShut = false;
    },
    async close() {
      disconnect();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
