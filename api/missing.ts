/** What a start of a definition would miss: workers, called processes, forms, people. Only what the model names outright. */

import { z } from 'zod';
import type { Definition, Expression, Node } from '../engine/core/types.js';
import type { Weft } from '../engine/index.js';
import type { DefinitionDocument, GroupDocument, UserDocument } from '../engine/store/documents.js';
import type { Store } from '../engine/store/port.js';
import type { Forms } from '../tasklist/forms.js';

export const Missing = z
  .strictObject({
    kind: z.enum(['topic', 'process', 'form', 'group', 'user']),
    id: z.string().meta({ description: 'Of what is missing: the topic, the process id, the group' }),
    elements: z.array(z.string()),
    sentence: z.string(),
  })
  .meta({ id: 'Missing' });

export type Missing = z.infer<typeof Missing>;

interface Tools {
  engine: Weft;
  store: Store;
  forms: Forms;
}

/** Something that elements name. */
type Named = Map<string, string[]>;

/** Answers a function that says what a start would miss; an empty list: nothing. */
export function createMissing({ engine, store, forms }: Tools) {
  async function topics({ nodes, tenant }: Definition): Promise<Missing[]> {
    const named = namesIn(nodes, node => [node.job?.topic, node.event?.job?.topic]);
    const seen = named.size === 0 ? [] : await engine.jobs.workers([...named.keys()]);
    const present = seen.filter(({ tenants }) => !tenants || tenants.includes(tenant)).map(({ topic }) => topic);
    return without(named, present).map(([id, elements]) => ({
      ...{ kind: 'topic' as const, id, elements },
      sentence: `no worker has asked for the topic ${id} in the last five minutes; start one`,
    }));
  }

  async function processes({ nodes, tenant }: Definition): Promise<Missing[]> {
    const named = namesIn(nodes, ({ call }) => [call?.process]);
    const filter = { key: { $in: [...named.keys()] }, tenant: { $in: [tenant, ''] }, latest: true };
    const found = named.size === 0 ? [] : await store.find<DefinitionDocument>('definitions', { filter });
    const active = found.filter(({ state }) => state === 'active').map(({ key }) => key);
    return without(named, active).map(([id, elements]) => ({
      ...{ kind: 'process' as const, id, elements },
      sentence: found.some(({ key }) => key === id)
        ? `the process ${id}, which it calls, is suspended; activate it`
        : `the process ${id}, which it calls, is not deployed; deploy it`,
    }));
  }

  async function missingForms(definition: Definition): Promise<Missing[]> {
    const missing = await forms.missing(definition);
    return missing.map(({ element, form, notice }) => ({
      ...{ kind: 'form' as const, id: form, elements: [element] },
      sentence: notice,
    }));
  }

  async function groups({ nodes }: Definition): Promise<Missing[]> {
    const named = namesIn(nodes, ({ task }) => task?.candidateGroups ?? []);
    const known = new Set((await store.getMany<GroupDocument>('groups', [...named.keys()])).map(({ id }) => id));
    const counts = await Promise.all(
      [...named.keys()].map(async id => ({
        id,
        members: await store.count('users', { groups: id, disabled: null }, 1),
      })),
    );
    const manned = counts.filter(({ members }) => members > 0).map(({ id }) => id);
    return without(named, manned).map(([id, elements]) => ({
      ...{ kind: 'group' as const, id, elements },
      sentence: `the group ${id} ${known.has(id) ? 'has no members who may sign in' : 'does not exist'}: nobody would see its tasks`,
    }));
  }

  async function users({ nodes }: Definition): Promise<Missing[]> {
    const named = namesIn(nodes, ({ task }) => [task?.assignee, ...(task?.candidateUsers ?? [])]);
    const found = await store.getMany<UserDocument>('users', [...named.keys()]);
    const present = found.filter(({ disabled }) => !disabled).map(({ id }) => id);
    return without(named, present).map(([id, elements]) => ({
      ...{ kind: 'user' as const, id, elements },
      sentence: found.some(one => one.id === id)
        ? `${id}, who is to have its tasks, is disabled`
        : `there is nobody called ${id}, who is to have its tasks`,
    }));
  }

  return async (definition: Definition): Promise<Missing[]> => {
    const found = await Promise.all(
      [topics, processes, missingForms, groups, users].map(missingOf => missingOf(definition)),
    );
    return found.flat();
  };
}

/** The texts that stand in the model as they are → the elements that name them; what is computed is known only then. */
function namesIn(nodes: Node[], expressionsOf: (node: Node) => (Expression | undefined)[]): Named {
  const named: Named = new Map();
  for (const node of nodes)
    for (const expression of expressionsOf(node)) {
      if (expression?.language !== 'literal' || expression.source === '') continue;
      named.set(expression.source, [...(named.get(expression.source) ?? []), node.id]);
    }
  return named;
}

const without = (named: Named, present: string[]) => [...named].filter(([id]) => !present.includes(id));
