/** Which variables a text can see. */

/** Ways to reach a variable without writing its name: a computed name, all at once, an escape, the global object. */
const indirect =
  /\b(getVariables?|getVariableLocal|getVariableNames|hasVariable|hasVariableLocal|eval|Function|constructor|globalThis|this|with)\b|\\[ux]/;
/** Calls whose name stands there as a literal. */
const literalAccess = /\b(?:get|has)Variable(?:Local)?\(\s*(?:'[^'\\]*'|"[^"\\]*")\s*\)/g;

/**
 * The names that the text could read; never too few. A name with other characters than letters, digits and `_` is kept,
 * because FEEL allows spaces of any length in it.
 *
 * @example
 * mentioned('amount > 10', ['amount', 'order']) // ['amount']
 */
export const mentioned = (source: string, names: string[]): string[] =>
  indirect.test(source.replace(literalAccess, match => match.slice(match.indexOf('('))))
    ? names
    : names.filter(name => source.includes(name) || /\W/.test(name));
