/** Where the links on the way to a path are: what one directory above it leads to. */
export interface LinkOnTheWay {
  readonly target: string;
}

/** As many as the kernel follows (path_resolution(7)). */
export const MAX_LINKS = 40;

/**
 * The same place without links on the way: every directory above the last name is followed, the last name itself is
 * not. Two names of one place have one real path, so it is what answers and predictions are kept by.
 *
 * @param path absolute.
 * @param linkAt tells whether a path, whose own way is free of links, is a link.
 * @returns undefined when there are more links than the kernel follows.
 */
export function realPath(
  path: string,
  linkAt: (path: string) => LinkOnTheWay | undefined,
): string | undefined {
  const rest = partsOf(path);
  const way: string[] = [];
  for (let links = 0; rest.length > 0; ) {
    const part = rest.shift() as string;
    if (part === '..') {
      way.pop();
      continue;
    }
    way.push(part);
    if (rest.length === 0) break;
    const link = linkAt(`/${way.join('/')}`);
    if (link === undefined) continue;
    links += 1;
    if (links > MAX_LINKS) return undefined;
    if (link.target.startsWith('/')) way.length = 0;
    else way.pop();
    rest.unshift(...partsOf(link.target));
  }
  return `/${way.join('/')}`;
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}
