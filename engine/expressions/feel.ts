/** FEEL (DMN 1.5, chapter 10), by feelin. Only in a worker: a range of a billion would take the process with it. */

import {
  evaluate,
  FeelDate,
  FeelDateTime,
  FeelDuration,
  FeelFunction,
  FeelRange,
  FeelTime,
  parseExpression,
  type Warning,
} from 'feelin';
import type { Answer } from '../core/language.js';
import type { Expression } from '../core/types.js';
import { functionNames, functionsFor } from './feel-functions.js';
import { known } from './names.js';
import { plain } from './plain.js';
import type { GuestScope } from './sandbox/guest.js';

/** Backticks around names. */
const DIALECT = 'camunda';

/** FEEL text without the `=` that marks it in Camunda 8. */
const body = (source: string) => source.replace(/^\s*=/, '');

/** What fails is answered, never thrown; null that comes with a warning is a failure, which says what was unknown. */
export function evaluateFeel({ source }: Expression, { variables, names, execution }: GuestScope): Answer {
  const text = body(source);
  try {
    const { value, warnings } = evaluate(text, { ...variables, ...functionsFor(text, execution.at) }, DIALECT);
    if ((value ?? null) === null && warnings.length > 0) return { failure: reasonOf(warnings, names) };
    return { value: plain(value, toJson) };
  } catch (error) {
    return { failure: sentenceOf(error) };
  }
}

/** What is wrong with the text, in one sentence; undefined where it can be read. */
export function checkFeel(source: string): string | undefined {
  const functions = Object.fromEntries(functionNames.map(name => [name, new FeelFunction(() => null, [])]));
  let wrong: number | undefined;
  parseExpression(body(source), functions, DIALECT).iterate({
    enter(node) {
      if (node.type.isError) wrong ??= node.from;
    },
  });
  return wrong === undefined ? undefined : `${source}: cannot be read as FEEL at column ${wrong + 1}`;
}

/** What feelin has for dates, durations and ranges, as JSON that a calendar can read. */
function toJson(object: object): unknown {
  if (object instanceof FeelDateTime) return dateTime(object);
  if (object instanceof FeelDate || object instanceof FeelTime || object instanceof FeelDuration) return object.iso;
  if (object instanceof FeelRange) return { ...object };
  if (object instanceof FeelFunction) throw new TypeError('answers a function; call it');
  return object;
}

/** ISO 8601 with the zone in brackets, where FEEL writes `@Europe/Berlin`. */
const dateTime = ({ value, zone, iso }: FeelDateTime) =>
  zone?.includes('/') ? value.toZonedDateTime(zone).toString() : iso;

function reasonOf(warnings: Warning[], names: string[]): string {
  const reasons = [...new Set(warnings.map(warning => warning.message))].slice(0, 3).join('; ');
  const missing = /^Variable '(.+)' not found/.exec(reasons)?.[1];
  return missing ? `${reasons}; ${known(missing, names)}` : reasons;
}

/** feelin throws its syntax errors with a position. */
function sentenceOf(error: unknown): string {
  const { message, position } = error as Error & { position?: { from: number } };
  return position ? `cannot be read as FEEL at column ${position.from + 1} (${message})` : message;
}
