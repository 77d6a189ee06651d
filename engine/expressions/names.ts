/** Names in expressions: which are refused, and help with one that does not exist. */

const forbidden = new Set(['__proto__', 'constructor', 'prototype', 'getClass']);

/** True for names that reach behind a value in JavaScript or Java; they mean nothing here, wherever they stand. */
export const isForbidden = (name: string): boolean => forbidden.has(name);

/**
 * "did you mean 'amount'? known here: amount, approved".
 *
 * @example
 * known('amuont', ['amount']) // "did you mean 'amount'? known here: amount"
 */
export function known(name: string, names: string[]): string {
  if (names.length === 0) return 'none is known here';
  const meant = names.find(other => other.toLowerCase() === name.toLowerCase() || isOneEditAway(name, other));
  const listed = names.slice(0, 12).join(', ');
  const more = names.length > 12 ? ` and ${names.length - 12} more` : '';
  return `${meant ? `did you mean '${meant}'? ` : ''}known here: ${listed}${more}`;
}

/** One letter more, less, other or swapped with its neighbour. */
function isOneEditAway(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  return (
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    (restA.slice(1) === restB.slice(1) && restA !== '') ||
    (restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2))
  );
}
