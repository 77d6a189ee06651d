/** Large values: in blobs, and nobody notices. */
import assert from 'node:assert/strict';
import type { Instance, Json } from '../../../engine/core/types.js';
import type { HistoryDocument, VariableDocument } from '../../../engine/store/documents.js';
import { document, unit } from '../documents.js';
import type { Contract } from '../store.js';

const text = (size: number, letter = 'x') => letter.repeat(size);
const process = (variables: Record<string, Json>) => ({
  activations: { 1: { id: 1, node: 0, parent: 0, since: 1000, live: 1, variables } },
});
const nested = (depth: number): Json => (depth === 0 ? 'inmost' : [nested(depth - 1)]);

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
    history.events = Array.from({ length: 30_000 }, (_, number) => ({
      type: 'entered',
      activation: number,
      node: 1,
      parent: 1,
      at: 1001,
    }));

    await store.commit({ ...rest, history });

    assert.deepEqual(await store.get('history', history.id), history);
    assert.equal((await store.blobs()).length, 1);
  });

  contract('a value nested deeper than a database may say is kept', async store => {
    const { instance, ...rest } = unit('a', 1, {}, process({ deep: nested(300), flat: nested(10) }));

    assert.equal(await store.commit({ ...rest, instance }), 'committed');

    assert.deepEqual(await store.get('instances', 'a'), instance);
  });
}
