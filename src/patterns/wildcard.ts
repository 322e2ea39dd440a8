/**
 * Whether a text is what a pattern of OpenSSH says (ssh_config(5), PATTERNS): `*` stands for any text, `?` for one
 * character; there is nothing else. Case counts. Two cursors instead of a regular expression: no pattern makes it slow.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let retry = 0;
  for (let i = 0; i < text.length; ) {
    if (at < pattern.length && pattern[at] === '*') {
      star = at++;
      retry = i;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[i])) {
      at += 1;
      i += 1;
    } else if (star >= 0) {
      at = star + 1;
      i = ++retry;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/** Whether a text matches one of the patterns, and none of those that begin with `!`. */
export function matchesPatternList(patterns: readonly string[], text: string): boolean {
  let found = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith('!');
    if (!matchesWildcard(negated ? pattern.slice(1) : pattern, text)) continue;
    if (negated) return false;
    found = true;
  }
  return found;
}
