/** bpmn-engine as a subject: in memory as it comes, and durable by saving its state wherever it waits. */

import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { type BpmnEngineOptions, Engine } from 'bpmn-engine';
import type { Variables } from '../../../engine/core/types.js';
import { openForWriting } from '../../../engine/store/sqlite/files.js';
import type { OpenSubject, Subject } from '../subject.js';

interface Running {
  engine: Engine;
  /** Answers what is waited for. */
  signal(variables: Variables): void;
  /** Called when it waits, and when it has ended. */
  rest(ended: boolean): void;
}

/** It has no correlation and no fetching of work: maps beside it do that here. */
async function open(xml: string, save: (key: string, state: string) => void, close: () => void): Promise<Subject> {
  const instances = new Map<string, Running>();
  const work: string[] = [];
  let count = 0;

  /** Goes on until it rests, then saves. */
  async function goOn(key: string, go: (running: Running) => unknown): Promise<void> {
    const running = instances.get(key)!;
    const ended = await new Promise<boolean>(rest => {
      running.rest = rest;
      go(running);
    });
    if (ended) count++;
    if (ended) instances.delete(key);
    save(key, JSON.stringify(await running.engine.getState()));
  }
  const answer = (key: string, variables: Variables) => goOn(key, running => running.signal(variables));

  /** The service of an external task parks the token. */
  const external = (key: string) => (activity: { type: string; behaviour: Record<string, unknown> }) => {
    if (activity.type !== 'bpmn:ServiceTask') return;
    activity.behaviour.Service = class {
      execute(_message: unknown, done: (error: null, result: object) => void) {
        const running = instances.get(key)!;
        running.signal = () => done(null, {});
        work.push(key);
        running.rest(false);
      }
    };
  };

  return {
    start(name, key, variables) {
      const expressions = { resolveExpression: resolve };
      const options = { name, source: xml, expressions, extensions: { external: external(key) } };
      const engine = new Engine(options as unknown as BpmnEngineOptions);
      const running: Running = { engine, signal: () => {}, rest: () => {} };
      instances.set(key, running);
      engine.once('end', () => running.rest(true));
      const listener = new EventEmitter();
      listener.on('activity.wait', (api: { signal(message: object): void }) => {
        running.signal = answered => api.signal(answered);
        running.rest(false);
      });
      // All variables from the start: what a task answers goes to `environment.output`, which conditions do not read.
      return goOn(key, () => engine.execute({ listener, variables: { ...variables, approved: true } }));
    },
    complete: answer,
    publish: (_name, key) => answer(key, {}),
    fetch: async (_topic, max) => work.splice(0, max),
    finish: key => answer(key, {}),
    ended: () => count,
    close: async () => close(),
  };
}

/** Its own form of a condition is `${environment.variables.name}`. */
function resolve(text: string, { environment }: { environment: { variables: Variables } }): unknown {
  const [, name, limit] = /^\$\{(\w+)(?: > (\d+))?\}$/.exec(text) ?? [];
  if (name === undefined) return text;
  const value = environment.variables[name];
  return limit === undefined ? value : Number(value) > Number(limit);
}

export const openBpmnEngineInMemory: OpenSubject = xml =>
  open(
    xml,
    () => {},
    () => {},
  );

export const openBpmnEngine: OpenSubject = (xml, folder) => {
  const database = openForWriting(join(folder, 'bpmn-engine.db'));
  database.exec('CREATE TABLE instances (id TEXT PRIMARY KEY, doc TEXT)');
  const upsert = 'INSERT INTO instances VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET doc = excluded.doc';
  return open(
    xml,
    (key, state) => database.run(upsert, [key, state]),
    () => database.close(),
  );
};
