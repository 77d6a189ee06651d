/** The patterns of `…Like` filters: `%` stands for any text, `_` for one character, `\` before either for itself. */

type Token = { any: true } | { one: true } | { text: string };

/**
 * Answers the test of a pattern. Its cost grows with pattern times text, never beyond: no regular expression.
 *
 * @example like('%order%')('my orders') // true
 */
export function like(pattern: string): (text: string) => boolean {
  const tokens = tokensOf(pattern);
  return text => {
    const characters = [...text];
    let at = 0;
    let token = 0;
    let star = -1;
    let mark = 0;
    while (at < characters.length) {
      const now = tokens[token];
      if (now && 'any' in now) {
        star = token++;
        mark = at;
      } else if (now && ('one' in now || now.text === characters[at])) {
        token++;
        at++;
      } else if (star >= 0) {
        token = star + 1;
        at = ++mark;
      } else return false;
    }
    return tokens.slice(token).every(rest => 'any' in rest);
  };
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!;
    if (character === '\\' && at + 1 < characters.length) tokens.push({ text: characters[++at]! });
    else if (character === '%') tokens.push({ any: true });
    else if (character === '_') tokens.push({ one: true });
    else tokens.push({ text: character });
  }
  return tokens;
}
