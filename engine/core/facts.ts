/** What is asked of a definition in every step, worked out once. */

import type { Definition, Node } from './types.js';
import type { World } from './world.js';

interface Facts {
  hasConditions: boolean;
  /** Multi-instances with conditional events inside. */
  loopsWithConditions: ReadonlySet<number>;
  /** Nodes that join tokens when the scope has come to rest. */
  joinsAtRest: ReadonlySet<number>;
  hasJoins: boolean;
}

const known = new WeakMap<Definition, Facts>();

function loopsAround({ nodes }: Definition, node: Node): number[] {
  const found: number[] = [];
  for (let at: Node | undefined = node; at; at = nodes[at.parent]) if (at.loop) found.push(at.index);
  return found;
}

export function factsOf({ definition, vocabulary }: World): Facts {
  let facts = known.get(definition);
  if (!facts) {
    const joins = definition.nodes.filter(
      ({ type, incoming }) => incoming.length > 1 && vocabulary.behaviours[type]?.join,
    );
    const conditions = definition.nodes.filter(node => node.event?.type === 'conditional');
    facts = {
      hasConditions: conditions.length > 0,
      loopsWithConditions: new Set(conditions.flatMap(node => loopsAround(definition, node))),
      joinsAtRest: new Set(
        joins.filter(({ type }) => vocabulary.behaviours[type]!.joinsAtRest).map(node => node.index),
      ),
      hasJoins: joins.length > 0,
    };
    known.set(definition, facts);
  }
  return facts;
}
