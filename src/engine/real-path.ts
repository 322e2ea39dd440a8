/** A link on the way to a path. */
export interface LinkOnTheWay {
  readonly target: string;
}

/** Fewer than the kernel follows: each link of a chain may cost a trip. Nobody builds longer ones on purpose. */
const MAX_LINKS = 16;

/**
 * The same place without links on the way: every directory above the last name is followed, the last name itself is
 * not. Two names of one place have one real path, so it is what answers and predictions are kept by.
 *
 * @param path absolute.
 * @param linkAt tells whether a path, whose own way is free of links, is a link.
 * @returns undefined when there are too many links.
 */
export function realPath(
  path: string,
  linkAt: (path: string) => LinkOnTheWay | undefined,
): string | undefined {
  return isFreeOfLinks(path, linkAt) ? path : followed(path, linkAt);
}

/** Empty names, `.` and `..`. */
const UNUSUAL = /\/\.{0,2}(\/|$)/;

/** Most paths are: nothing is taken apart then, as this is asked some hundred times for each host. */
function isFreeOfLinks(path: string, linkAt: (path: string) => LinkOnTheWay | undefined): boolean {
  if (UNUSUAL.test(path)) return false;
  for (let end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
    if (linkAt(path.slice(0, end)) !== undefined) return false;
  }
  return true;
}

function followed(path: string, linkAt: (path: string) => LinkOnTheWay | undefined): string | undefined {
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
