/** What is asked of a definition in every step, worked out once. */

import type { Definition } from './types.js';
import type { World } from './world.js';

interface Facts {
  hasConditions: boolean;
  /** Nodes that join tokens when the scope has come to rest. */
  joinsAtRest: ReadonlySet<number>;
  hasJoins: boolean;
}

const known = new WeakMap<Definition, Facts>();

export function factsOf({ definition, vocabulary }: World): Facts {
  let facts = known.get(definition);
  if (!facts) {
    const joins = definition.nodes.filter(
      ({ type, incoming }) => incoming.length > 1 && vocabulary.behaviours[type]?.join,
    );
    facts = {
      hasConditions: definition.nodes.some(node => node.event?.type === 'conditional'),
      joinsAtRest: new Set(
        joins.filter(({ type }) => vocabulary.behaviours[type]!.joinsAtRest).map(node => node.index),
      ),
      hasJoins: joins.length > 0,
    };
    known.set(definition, facts);
  }
  return facts;
}
