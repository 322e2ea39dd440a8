import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The paths that a pattern of the shell stands for, in the order of their bytes (glob(7)): `*`, `?` and `[…]` in names.
 * A dot at the beginning of a name is only matched by a dot.
 *
 * @param pattern an absolute path.
 */
export function globPaths(pattern: string): readonly string[] {
  let found = ['/'];
  for (const part of pattern.split('/').filter((name) => name !== '')) {
    found = found.flatMap((folder) => namesIn(folder, part).map((name) => join(folder, name)));
  }
  return found.filter(exists).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function namesIn(folder: string, part: string): readonly string[] {
  if (!/[*?[]/.test(part)) return [part];
  const wanted = toExpression(part);
  try {
    const names = readdirSync(folder).filter((name) => wanted.test(name));
    return part.startsWith('.') ? names : names.filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
}

/** Names in a folder are short and the pattern is the user's own, so an expression may do it. */
function toExpression(part: string): RegExp {
  let source = '';
  for (let at = 0; at < part.length; at += 1) {
    const char = part[at]!;
    const close = char === '[' ? part.indexOf(']', at + (part[at + 1] === '!' ? 3 : 2)) : -1;
    if (char === '*') source += '.*';
    else if (char === '?') source += '.';
    else if (close > at) {
      const inside = part
        .slice(at + 1, close)
        .replace(/^!/, '^')
        .replaceAll(/[\\\]]/g, '\\$&');
      source += `[${inside}]`;
      at = close;
    } else source += char.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  }
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    // Such as a range from z to a, which matches nothing.
    return /(?!)/;
  }
}

function exists(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch {
    return false;
  }
}
