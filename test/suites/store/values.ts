/** Large values: in blobs, and nobody notices. */
import assert from 'node:assert/strict';
import type { Instance, Json, RecordedEvent } from '../../../engine/core/types.js';
import type { HistoryDocument, VariableDocument } from '../../../engine/store/documents.js';
import type { Parted } from '../../../engine/store/values.js';
import { document, instance, opens, task, unit } from '../documents.js';
import type { Contract } from '../store.js';

const text = (size: number, letter = 'x') => letter.repeat(size);
const process = (variables: Record<string, Json>) => ({
  activations: { 1: { id: 1, node: 0, parent: 0, since: 1000, live: 1, variables } },
});
const nested = (depth: number): Json => (depth === 0 ? 'inmost' : [nested(depth - 1)]);

/** More than MongoDB keeps in one document, characters. */
const LARGEST = 17_000_000;

const entries = (length: number): RecordedEvent[] =>
  Array.from({ length }, () => ({ type: 'set', activation: 1, variables: { note: text(250) }, at: 1001 }));

const incident = { node: 1, at: 1000, type: 'expression', message: text(950) };

export function valueContract(contract: Contract): void {
  contract('a value over 32 KB lies in a blob, once, and is read back everywhere', async store => {
    const large = { rows: Array.from({ length: 1_000 }, (_, number) => ({ number, text: text(40) })) };
    const { instance, history, ...rest } = unit('a', 1, {}, process({ large, text: text(40_000), small: {} }));
    history.events = [{ type: 'set', activation: 1, variables: { large }, at: 1001 }];

    assert.equal(await store.commit({ ...rest, instance, history }), 'committed');
    const variable = document('a~1~large', { instance: 'a', name: 'large', value: large });
    await store.put('variables', [variable]);

    assert.deepEqual(await store.get('instances', 'a'), instance);
    assert.deepEqual(await store.getMany('instances', ['a']), [instance]);
    assert.deepEqual(await store.find('history', { filter: { instance: 'a' } }), [history]);
    assert.deepEqual((await store.get<VariableDocument>('variables', 'a~1~large'))?.value, large);
    assert.equal((await store.blobs()).length, 2);
  });

  contract('a settled instance and its next version have their large values', async store => {
    const variables = { text: text(50_000) };
    const effect = { id: 'a~2', hops: 1, do: 'publish', name: 'paid', variables: { sent: text(60_000) } } as const;
    const first = unit('a', 1, {}, { ...process(variables), outbox: [effect] });
    await store.commit(first);
    assert.deepEqual(await store.get('instances', 'a'), first.instance);

    await store.settle('a', 1);

    assert.deepEqual(await store.get('instances', 'a'), { ...first.instance, outbox: [] });
    const second = unit('a', 2, {}, process({ ...variables, more: text(40_000, 'y') }));
    assert.equal(await store.commit(second), 'committed');
    assert.deepEqual(await store.get('instances', 'a'), second.instance);
  });

  contract('seventeen megabytes in values of which none is large are kept', async store => {
    const variables = Object.fromEntries(
      Array.from({ length: 570 }, (_, number) => [`v${number}`, text(31_000 + number)]),
    );
    const { instance, history, ...rest } = unit('a', 1, {}, process(variables));
    history.events = [{ type: 'set', activation: 1, variables, at: 1001 }];

    assert.equal(await store.commit({ ...rest, instance, history }), 'committed');

    assert.deepEqual(await store.get<Instance>('instances', 'a'), instance);
    assert.deepEqual(await store.get<HistoryDocument>('history', history.id), history);
  });

  contract('a history document of many small events is kept, however long', async store => {
    const { history, ...rest } = unit('a', 1);
    history.events = entries(55_000);
    assert.ok(JSON.stringify(history).length > LARGEST);

    await store.commit({ ...rest, history });

    assert.deepEqual(await store.get('history', history.id), history);
    assert.equal((await store.blobs()).length, 1);
    const [bare] = await store.find<HistoryDocument>('history', { filter: { instance: 'a' }, bare: true });
    assert.deepEqual([bare?.seq, bare?.events], [1, {}], 'who asks for its number only does not read them');
  });

  contract(
    'an instance of very many activations, waits and incidents is kept; its next version shares most of them',
    async store => {
      const numbers = Array.from({ length: 15_000 }, (_, number) => 3 * number);
      const table = <T>(entry: (number: number) => [string, T]) => Object.fromEntries(numbers.map(entry));
      const crowd = {
        activations: table(id => [`${id}`, { id, node: 1, parent: 0, since: 1000, live: 0, waits: [`a~${id}`] }]),
        waits: table(id => [`a~${id}`, { id: `a~${id}`, kind: 'task' as const, activation: id, node: 1 }]),
        incidents: table(id => [`a~${id + 1}`, { ...incident, id: `a~${id + 1}`, activation: id }]),
      };
      Object.assign(crowd.activations[3]!, { variables: { large: text(50_000) } });
      const first = unit('a', 1, {}, crowd);
      assert.ok(JSON.stringify(first.instance).length > LARGEST);
      assert.equal(await store.commit(first), 'committed');
      assert.deepEqual(await store.get('instances', 'a'), first.instance);

      const stored = (await store.blobs()).length;
      const { 6: _, ...activations } = crowd.activations;
      const second = unit('a', 2, {}, { ...crowd, activations });
      assert.equal(await store.commit(second), 'committed');

      assert.deepEqual(await store.get('instances', 'a'), second.instance);
      assert.equal((await store.blobs()).length, stored + 1);
    },
  );

  contract('a commit that writes more rows than a document holds is kept', async store => {
    const rows = Array.from({ length: 500 }, (_, number) => opens(task(`a~${number}`, { description: text(35_000) })));
    assert.ok(JSON.stringify(rows).length > LARGEST);

    assert.equal(await store.commit(unit('a', 1, { rows })), 'committed');

    assert.equal(await store.count('tasks', { instance: 'a' }), 500);
    assert.deepEqual(await store.get('tasks', 'a~499'), rows[499]!.insert);
    assert.deepEqual(await store.get('instances', 'a'), instance('a', 1));
  });

  contract('a signal with very many recipients is kept', async store => {
    const waits = Array.from({ length: 400_000 }, (_, number) => `01J0000000000000000000000~${number}`);
    const signal = document('s', { name: 'stop', at: 1000, waits, starts: [] });
    assert.ok(JSON.stringify(signal).length > LARGEST / 2);

    assert.ok(await store.insert('signals', signal));

    assert.deepEqual(await store.get('signals', 's'), signal);
  });

  contract('what is taken out of long events is in no blob any more, and the rest stays', async store => {
    const { history, ...rest } = unit('a', 1);
    const set = (name: string) => ({
      type: 'set' as const,
      activation: 1,
      variables: { [name]: text(40_000, name) },
      at: 1001,
    });
    history.events = [...entries(5_000), set('a'), set('b')];
    await store.commit({ ...rest, history });
    const before = (await store.find<HistoryDocument & Parted>('history', { bare: true }))[0]!.blobs!;

    const events = history.events.slice(0, -1);
    await store.patch('history', history.id, {}, { set: { events: events as unknown as Json } });

    assert.deepEqual(await store.get('history', history.id), { ...history, events });
    const after = (await store.find<HistoryDocument & Parted>('history', { bare: true }))[0]!.blobs!;
    assert.equal(before.filter(hash => after.includes(hash)).length, 1);
  });

  contract('a value nested deeper than a database may say is kept', async store => {
    const { instance, ...rest } = unit('a', 1, {}, process({ deep: nested(300), flat: nested(10) }));

    assert.equal(await store.commit({ ...rest, instance }), 'committed');

    assert.deepEqual(await store.get('instances', 'a'), instance);
  });
}
