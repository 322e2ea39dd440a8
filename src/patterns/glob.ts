/**
 * Whether a name matches a pattern of glob(7): `*`, `?` and `[…]`; a leading dot must be written. Undefined when the
 * pattern has what is not judged here (a character class, a backslash).
 */
export function matchesGlob(pattern: string, name: string): boolean | undefined {
  if (/\\|\[[:.=]/.test(pattern)) return undefined;
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  return matchesName(pattern, name);
}

/** `*`, `?` and `[…]`, all else as it stands. Without recursion over several stars: a hostile pattern takes no longer than the product of both lengths. */
export function matchesName(pattern: string, text: string): boolean {
  let at = 0;
  let in_ = 0;
  let star: { readonly after: number; text: number } | undefined;
  while (in_ < text.length) {
    if (pattern[at] === '*') {
      star = { after: at + 1, text: in_ };
      at += 1;
      continue;
    }
    const step = one(pattern, at, text[in_] as string);
    if (step !== undefined) {
      at = step;
      in_ += 1;
    } else if (star !== undefined) {
      star.text += 1;
      at = star.after;
      in_ = star.text;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/** Where the pattern goes on when its part at a place matches a character. */
function one(pattern: string, at: number, character: string): number | undefined {
  const wanted = pattern[at];
  if (wanted === '?') return at + 1;
  if (wanted === '[') {
    const end = pattern.indexOf(']', at + (/^[!^]/.test(pattern[at + 1] ?? '') ? 3 : 2));
    if (end > 0) {
      const negated = /^[!^]/.test(pattern[at + 1] ?? '');
      const set = pattern.slice(at + (negated ? 2 : 1), end);
      return inSet(set, character) !== negated ? end + 1 : undefined;
    }
  }
  return wanted === character ? at + 1 : undefined;
}

function inSet(set: string, character: string): boolean {
  for (let at = 0; at < set.length; at += 1) {
    if (set[at + 1] === '-' && at + 2 < set.length) {
      if ((set[at] as string) <= character && character <= (set[at + 2] as string)) return true;
      at += 2;
    } else if (set[at] === character) return true;
  }
  return false;
}
