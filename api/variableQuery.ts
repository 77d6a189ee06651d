/** Finding instances by their variables: `amount>=100`, `customer=Mary`, as a list's query says it. */

import { z } from 'zod';
import { variableHash } from '../engine/commit.js';
import type { Json } from '../engine/core/types.js';
import type { VariableDocument } from '../engine/store/documents.js';
import type { Filter, Store } from '../engine/store/port.js';
import { Problem } from './problems.js';

/** Operator of the query → condition on the value. Longer ones first. */
const operators = {
  '>=': '$gte',
  '<=': '$lte',
  '!=': '$ne',
  '^=': '$prefix',
  '=': '$eq',
  '>': '$gt',
  '<': '$lt',
} as const;

type Operator = keyof typeof operators;

/** One condition on a variable. */
export interface VariableCondition {
  name: string;
  operator: Operator;
  value: string | number | boolean | null;
}

const shape = new RegExp(
  `^([\\p{L}_$][\\p{L}\\p{N}_$.-]*?)(${Object.keys(operators).map(escaped).join('|')})(.*)$`,
  'su',
);

function escaped(operator: string): string {
  return operator.replaceAll(/[\^]/g, '\\$&');
}

const Condition = z
  .string()
  .max(4000)
  .transform((text, context): VariableCondition => {
    const [, name, operator, written] = shape.exec(text) ?? [];
    if (name === undefined || written === undefined) {
      context.addIssue(
        `is no condition such as amount>=100 or customer=Mary; operators: ${Object.keys(operators).join(' ')}`,
      );
      return z.NEVER;
    }
    return { name, operator: operator as Operator, value: valueIn(written) };
  });

/** `?variable=amount>=100&variable=customer=Mary`: all of them must hold. A value that is no JSON is a text. */
export const VariableConditions = z
  .union([Condition.transform(one => [one]), z.array(Condition).max(20)])
  .optional()
  .meta({
    description:
      'Conditions such as `amount>=100` or `customer=Mary`, repeated: all must hold. A value is JSON, else a text',
  });

function valueIn(text: string): VariableCondition['value'] {
  try {
    const value: Json = JSON.parse(text);
    return typeof value === 'object' && value !== null ? text : value;
  } catch {
    return text;
  }
}

/** Instances that one condition may leave. */
const MOST = 10_000;

/**
 * The part of a query for instances that have such variables, in whichever scope. Throws Problem 400 where a condition
 * fits so many that they cannot be looked through.
 */
export async function havingVariables(store: Store, conditions: VariableCondition[]): Promise<Filter[]> {
  return Promise.all(
    conditions.map(async condition => {
      const found = await store.find<VariableDocument>('variables', {
        filter: { $and: [filterOf(condition), { removed: null }] },
        limit: MOST + 1,
      });
      if (found.length > MOST) {
        const reason = `more than ${MOST} instances have such a variable; ask more narrowly`;
        const path = 'query.variable';
        throw new Problem(400, 'bad-input', reason, { errors: [{ path, value: condition.name, reason }] });
      }
      return { id: { $in: [...new Set(found.map(({ instance }) => instance))] } };
    }),
  );
}

/** Equal values are found by their hash, which is indexed; others among those of the name. */
function filterOf({ name, operator, value }: VariableCondition): Filter {
  if (operator === '=' && value !== null) return { hash: variableHash(name, value) };
  if (operator === '^=') return { name, value: { $prefix: String(value) } };
  return { name, value: { [operators[operator]]: value } };
}
