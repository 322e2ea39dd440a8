/**
 * Offset of a bracket or quote before `limit` that is never closed before it. The parser stops far behind it, so it
 * is looked for in the text; only where YAML lets a value begin, as quotes inside plain text mean nothing.
 */
export function unclosedOpening(text: string, limit: number): number | undefined {
  const open: number[] = [];
  let at = 0;
  while (at < limit) {
    const character = text[at]!;
    if (character === '#' && /\s|^$/.test(text[at - 1] ?? '')) {
      at = lineEnd(text, at);
    } else if (/["']/.test(character) && startsValue(text, at)) {
      const end = quoteEnd(text, at);
      if (end === undefined || end > limit) return at;
      at = end;
    } else {
      if (/[[{]/.test(character) && (open.length > 0 || startsValue(text, at))) open.push(at);
      else if (/[\]}]/.test(character)) open.pop();
      at++;
    }
  }
  return open[0];
}

function startsValue(text: string, at: number): boolean {
  return /(?:^|[\r\n]|: |- |[[{,] *)[ \t]*$/.test(text.slice(Math.max(0, at - 40), at)) || at === 0;
}

function quoteEnd(text: string, start: number): number | undefined {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (quote === '"' && text[at] === '\\') at++;
    else if (text[at] === quote && quote === "'" && text[at + 1] === "'") at++;
    else if (text[at] === quote) return at + 1;
  }
  return undefined;
}

function lineEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}
