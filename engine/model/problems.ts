/** How the model reader says what is wrong: problems with a place, and "did you mean". */

import type { Problem } from '../contract.js';

/** Where something stands in a file. */
export interface Place {
  element?: string;
  name?: string;
  line?: number;
  column?: number;
}

/** Collects the problems of one file. */
export interface Reporter {
  readonly problems: Problem[];
  error(message: string, place?: Place): void;
  warn(message: string, place?: Place): void;
}

/** Problems of one level that are kept: nobody reads more, and a hostile file could make a million. */
const KEPT = 500;

/**
 * Collects problems of one file; the same sentence about the same place is said once, and at most 500 of a level.
 *
 * @example
 * const report = reporter('order.bpmn');
 * report.error("flow 'f' (line 7): targetRef 'x' does not exist", { element: 'f', line: 7 });
 */
export function reporter(file: string): Reporter {
  const problems: Problem[] = [];
  const said = new Set<string>();
  const counts = { error: 0, warning: 0 };
  const add = (level: Problem['level'], message: string, place: Place = {}) => {
    const key = `${level}\n${message}\n${place.element}\n${place.line}`;
    if (said.has(key)) return;
    said.add(key);
    counts[level] += 1;
    if (counts[level] > KEPT + 1) return;
    if (counts[level] > KEPT) {
      problems.push({ level, file, message: `there are more than ${KEPT} ${level}s; the others are left out` });
      return;
    }
    const { element, name, line, column } = place;
    problems.push({
      level,
      file,
      ...(element !== undefined && { element }),
      ...(name !== undefined && { name }),
      ...(line !== undefined && { line }),
      ...(column !== undefined && { column }),
      message,
    });
  };
  return {
    problems,
    error: (message, place) => add('error', message, place),
    warn: (message, place) => add('warning', message, place),
  };
}

/**
 * The half sentence that helps with a misspelt name, or nothing.
 *
 * @example
 * didYouMean('asignee', ['assignee', 'dueDate']) // '; did you mean "assignee"?'
 */
export function didYouMean(word: string, known: Iterable<string>): string {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best === undefined ? '' : `; did you mean "${best}"?`;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
