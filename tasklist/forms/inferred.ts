/** Where a task has no form: the fields that the conditions behind it ask for. `${approved}` becomes Approve / Reject. */

import type { Definition, Flow, Json } from '../../engine/core/types.js';
import { type Component, labelOf } from './schema.js';

/** What one comparison says about a variable. */
interface Hint {
  name: string;
  kind: 'boolean' | 'number' | 'text';
  value?: string;
}

const name = '([A-Za-z_]\\w*)';
const text = `['"]([^'"]*)['"]`;
const equals = '\\s*(?:===?|!==?|=|eq|ne)\\s*';

/** One side of `and` / `or` → hint. The first shape that fits is taken. */
const shapes: [RegExp, (match: RegExpMatchArray) => Hint][] = [
  [new RegExp(`^(?:!|not\\s)?\\s*${name}$`), match => ({ name: match[1]!, kind: 'boolean' })],
  [new RegExp(`^${name}${equals}(?:true|false)$`), match => ({ name: match[1]!, kind: 'boolean' })],
  [new RegExp(`^${name}${equals}${text}$`), match => ({ name: match[1]!, kind: 'text', value: match[2]! })],
  [new RegExp(`^${text}${equals}${name}$`), match => ({ name: match[2]!, kind: 'text', value: match[1]! })],
  [
    new RegExp(`^${name}(?:${equals}|\\s*(?:[<>]=?|[lg][te])\\s*)-?\\d+(?:\\.\\d+)?$`),
    match => ({ name: match[1]!, kind: 'number' }),
  ],
];

/** Words that look like a variable to the shapes, and are none. */
const noVariables = new Set(['true', 'false', 'null', 'empty', 'not', 'loopCounter']);

/** Name of a yes/no variable → what its two answers are called. */
const answers: [RegExp, yes: string, no: string][] = [
  [/approv/i, 'Approve', 'Reject'],
  [/accept/i, 'Accept', 'Decline'],
  [/confirm/i, 'Confirm', 'Refuse'],
];

/** Elements that a token passes without anybody's doing: conditions behind them still concern the task. */
const passes = new Set(['exclusiveGateway', 'inclusiveGateway', 'parallelGateway', 'intermediateThrowEvent']);

/**
 * The fields that the conditions between an element and the next tasks ask for; empty where there are none.
 *
 *     inferredComponents(definition, 'approve')
 *     // [{ type: 'radio', key: 'approved', values: [{ label: 'Approve', value: true }, …] }]
 */
export function inferredComponents(definition: Definition, element: string): Component[] {
  const { conditions, otherwise } = conditionsBehind(definition, element);
  const hints = conditions.flatMap(hintsOf);
  const byName = new Map<string, Hint[]>();
  for (const hint of hints) byName.set(hint.name, [...(byName.get(hint.name) ?? []), hint]);
  return [...byName].map(([key, about]) => componentOf(key, about, otherwise));
}

/** `otherwise`: a default flow is taken where none of the conditions holds. */
function conditionsBehind({ nodes, flows }: Definition, element: string) {
  const start = nodes.find(node => node.id === element);
  const conditions: string[] = [];
  const seen = new Set<number>();
  const ahead = start ? [start.index] : [];
  let otherwise = false;
  while (ahead.length > 0) {
    const index = ahead.pop()!;
    if (seen.has(index)) continue;
    seen.add(index);
    otherwise ||= nodes[index]!.defaultFlow !== undefined;
    for (const flow of nodes[index]!.outgoing.map((each): Flow => flows[each]!)) {
      if (flow.condition) conditions.push(flow.condition.source);
      if (passes.has(nodes[flow.to]!.type)) ahead.push(flow.to);
    }
  }
  return { conditions, otherwise };
}

function hintsOf(condition: string): Hint[] {
  const comparisons = condition
    .trim()
    .replace(/^[$#]\{([^{}]*)\}$/, '$1')
    .replace(/^=\s*/, '')
    .replaceAll(/execution\.getVariable\(['"](\w+)['"]\)/g, '$1')
    .replaceAll(/\.equals\((['"][^'"]*['"])\)/g, ' == $1')
    .replaceAll(/[()]/g, ' ')
    .split(/&&|\|\||\band\b|\bor\b/);
  return comparisons.flatMap(comparison => {
    for (const [shape, read] of shapes) {
      const match = comparison.trim().match(shape);
      if (!match) continue;
      const hint = read(match);
      return noVariables.has(hint.name) ? [] : [hint];
    }
    return [];
  });
}

function componentOf(key: string, about: Hint[], otherwise: boolean): Component {
  const label = labelOf(key);
  const compared = [...new Set(about.map(hint => hint.value).filter(value => value !== undefined))];
  if (compared.length > 0) {
    const options = compared.map((value): [string, Json] => [value, value]);
    return choice('select', key, label, otherwise ? [...options, ['Other', 'other']] : options);
  }
  if (about.some(hint => hint.kind === 'number')) {
    return { type: 'number', key, label, validate: { required: true } };
  }
  const [, yes, no] = answers.find(([pattern]) => pattern.test(key)) ?? [/./, 'Yes', 'No'];
  return choice('radio', key, label, [
    [yes, true],
    [no, false],
  ]);
}

function choice(type: string, key: string, label: string, options: [string, Json][]): Component {
  const values = options.map(([text, value]) => ({ label: text, value }));
  return { type, key, label, values, validate: { required: true } };
}
