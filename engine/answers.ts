/** Answers what a step must know: values of scripts and FEEL, chunks of large multi-instances, called definitions. */

import type { Answer, Need } from './core/language.js';
import type { Chunk, Definition, Wait } from './core/types.js';
import type { DefinitionDocument } from './store/documents.js';
import type { Filter, Store } from './store/port.js';

/** Evaluates in another thread. */
export interface Evaluator {
  evaluate(need: Extract<Need, { need: 'value' }>): Promise<Answer>;
}

export interface Asker {
  definition: Definition;
  instance: string;
  /** Collects the waits of the chunks that were loaded. */
  waits: Record<string, Wait>;
}

/** The function that answers needs. */
export function createAnswers({
  store,
  evaluator,
}: {
  store: Store;
  evaluator: Evaluator;
}): (need: Need, asker: Asker) => Promise<Answer> {
  return async (need, asker) => {
    if (need.need === 'value') return evaluator.evaluate(need);
    if (need.need === 'chunk') {
      const chunk = await store.get<Chunk>('chunks', `${asker.instance}~${need.chunk}`);
      Object.assign(asker.waits, chunk?.waits);
      return { chunk };
    }
    const found = await calledDefinition(store, asker.definition, need);
    return found ? { definition: found } : { failure: missing(need) };
  };
}

type DefinitionNeed = Extract<Need, { need: 'definition' }>;

const bindings: Record<DefinitionNeed['binding'], (need: DefinitionNeed, caller: Definition) => Filter> = {
  latest: () => ({ latest: true }),
  deployment: (_need, caller) => ({ deployment: caller.deployment }),
  version: need => ({ version: Number(need.version) }),
  versionTag: need => ({ versionTag: String(need.versionTag) }),
};

async function calledDefinition(store: Store, caller: Definition, need: DefinitionNeed): Promise<string | undefined> {
  const filter: Filter = { $and: [{ tenant: caller.tenant, key: need.key }, bindings[need.binding](need, caller)] };
  const [found] = await store.find<DefinitionDocument>('definitions', { filter, sort: { version: -1 }, limit: 1 });
  return found?.id;
}

function missing({ key, binding, version, versionTag }: DefinitionNeed): string {
  const which = {
    latest: '',
    deployment: ' in the same deployment',
    version: ` in version ${version}`,
    versionTag: ` with version tag '${versionTag}'`,
  };
  return `no process '${key}' is deployed${which[binding]}; deploy it, then retry`;
}
