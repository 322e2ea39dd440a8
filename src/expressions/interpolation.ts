/** A piece of text with `{{ }}`; offsets are into the whole text. */
export type TextPart =
  | { readonly kind: 'text'; readonly text: string; readonly start: number }
  /** `start` and `end` enclose the expression itself, without braces and blanks. */
  | { readonly kind: 'expression'; readonly source: string; readonly start: number; readonly end: number }
  | { readonly kind: 'unclosed'; readonly start: number; readonly end: number };

/** Splits text at `{{ }}`. Braces inside the quotes and mappings of an expression do not end it. Never throws. */
export function splitText(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('{{', at);
    if (open < 0) break;
    if (open > at) parts.push({ kind: 'text', text: text.slice(at, open), start: at });
    const close = expressionEnd(text, open + 2);
    if (close < 0) return [...parts, { kind: 'unclosed', start: open, end: open + 2 }];
    const inner = text.slice(open + 2, close);
    const start = open + 2 + (inner.length - inner.trimStart().length);
    const source = inner.trim();
    parts.push({ kind: 'expression', source, start, end: start + source.length });
    at = close + 2;
  }
  if (at < text.length) parts.push({ kind: 'text', text: text.slice(at), start: at });
  return parts;
}

/** Offset of the `}}` that ends the expression, or -1. */
function expressionEnd(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const character = text[at]!;
    if (character === '"' || character === "'") {
      at = literalEnd(text, at);
      continue;
    }
    if (character === '{') depth++;
    else if (character === '}') {
      if (depth === 0 && text[at + 1] === '}') return at;
      depth = Math.max(0, depth - 1);
    }
    at++;
  }
  return -1;
}

/** End of a CEL string literal: `"a"`, `'a'` or three quotes. A backslash protects the next character. */
function literalEnd(text: string, start: number): number {
  const quote = text[start]!;
  const mark = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  let at = start + mark.length;
  while (at < text.length) {
    if (text[at] === '\\') at += 2;
    else if (text.startsWith(mark, at)) return at + mark.length;
    else at++;
  }
  return text.length;
}
