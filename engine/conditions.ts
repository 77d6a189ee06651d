/** Conditional start events: looked at when somebody asks, on the variables that he brings. */

import type { Evaluator } from './answers.js';
import type { Clock, ConditionInput, Definitions, StartInput } from './contract.js';
import { BadCommand } from './core/errors.js';
import type { Vocabulary } from './core/language.js';
import type { Definition, Expression, Instance, Node, Variables } from './core/types.js';
import { nobody } from './deployments/starts.js';
import { ofTenants } from './listeners.js';
import type { Session } from './outbox.js';
import type { SubscriptionDocument } from './store/documents.js';
import type { Filter, Store } from './store/port.js';

export interface ConditionTools {
  store: Store;
  clock: Clock;
  definitions: Definitions;
  evaluator: Evaluator;
  inPlace: Vocabulary['inPlace'];
  begin(input: StartInput, session: Session): Promise<Instance>;
}

interface Candidate {
  definition: Definition;
  node: Node;
}

/**
 * Starts an instance at every conditional start event whose condition holds; answers them. Throws NotFound, and BadCommand
 * where there is no such start event.
 */
export async function startWhereTrue(
  tools: ConditionTools,
  input: ConditionInput,
  session: Session,
): Promise<Instance[]> {
  const { tenants: _, tenant: __, ...start } = input;
  const started: Instance[] = [];
  for (const { definition, node } of await candidatesOf(tools, input)) {
    if ((await tools.definitions.standing(definition.id)).suspended) continue;
    if (!(await holds(tools, node.event!.condition!, input.variables ?? {}))) continue;
    started.push(await tools.begin({ ...start, definition: definition.id, startEvent: node.index }, session));
  }
  return started;
}

async function candidatesOf({ store, definitions }: ConditionTools, input: ConditionInput): Promise<Candidate[]> {
  if (input.definition !== undefined) {
    const definition = await definitions.definition(input.definition);
    const nodes = definition.nodes.filter(
      ({ type, parent, event }) => type === 'startEvent' && parent === 0 && event?.type === 'conditional',
    );
    if (nodes.length === 0) throw new BadCommand(`process '${definition.id}' has no conditional start event`);
    return nodes.map(node => ({ definition, node }));
  }
  const filter: Filter = { ...ofTenants(input), kind: 'condition', startEvent: { $ne: null }, 'wait.state': 'open' };
  const listening = await store.find<SubscriptionDocument>('subscriptions', { filter, sort: { id: 1 } });
  if (listening.length === 0) throw new BadCommand('no process is deployed that has a conditional start event');
  return Promise.all(
    listening.map(async row => {
      const definition = await definitions.definition(row.definition);
      return { definition, node: definition.nodes[row.startEvent!]! };
    }),
  );
}

/** A condition that cannot be evaluated on these variables does not hold. */
async function holds(
  { clock, evaluator, inPlace }: ConditionTools,
  expression: Expression,
  variables: Variables,
): Promise<boolean> {
  const scope = nobody(clock());
  const evaluate = inPlace[expression.language];
  if (!evaluate) {
    const view = { variables, local: [], execution: scope.execution };
    const answer = await evaluator.evaluate({ need: 'value', expression, scope: view });
    return 'value' in answer && answer.value === true;
  }
  const read = (name: string) => (Object.hasOwn(variables, name) ? variables[name] : undefined);
  const has = (name: string) => read(name) !== undefined;
  try {
    return evaluate(expression, { ...scope, read, has, names: () => Object.keys(variables) }) === true;
  } catch {
    return false;
  }
}
