/** What stands for a host's own name in what is told of several hosts at once. */
const HOST = '<host>';

/** A text of one host, without what it has of that host alone. */
export type Common = (text: string) => string;

/** Replaces a host's name wherever it stands as a word. A name that is a number could mean anything. */
function withoutName(text: string, host: string, instead: string): string {
  if (!text.includes(host) || /^\d*$/.test(host)) return text;
  const name = host.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  return text.replaceAll(new RegExp(`(?<![A-Za-z0-9])${name}(?![A-Za-z0-9])`, 'g'), instead);
}

/**
 * Puts together what hosts have in common: what is the same, and then, of what only one host has, what is the same but for the
 * hosts' own names. Of `/srv/log` on a host `log` nobody knows whether it is named for the host: other hosts tell.
 *
 * @param host whose name to look for.
 * @param key everything that makes items belong together, each text of the host's through `common`.
 * @returns groups of one item or more, in the order of their first ones.
 */
export function groupAlike<Item>(
  items: readonly Item[],
  host: (item: Item) => string,
  key: (item: Item, common: Common) => unknown,
): readonly (readonly Item[])[] {
  const groups = grouped(items, (item) => key(item, (text) => text));
  const single = groups.flatMap((group) => (group.length === 1 ? group : []));
  const named = grouped(single, (item) => key(item, (text) => withoutName(text, host(item), '\0')));
  const joined = new Map(named.map((group) => [group[0], group]));
  return groups.flatMap((group) => {
    if (group.length > 1) return [group];
    const more = joined.get(group[0]);
    return more === undefined ? [] : [more];
  });
}

function grouped<Item>(items: readonly Item[], key: (item: Item) => unknown): readonly (readonly Item[])[] {
  const found = new Map<string, Item[]>();
  for (const item of items) {
    const text = JSON.stringify(key(item));
    const group = found.get(text);
    if (group === undefined) found.set(text, [item]);
    else group.push(item);
  }
  return [...found.values()];
}

/**
 * One text for several hosts (at least one), which have it in common but for their names.
 *
 * @param texts host and text.
 */
export function commonText(texts: readonly (readonly [host: string, text: string])[]): string {
  const [[host, text]] = texts as readonly [readonly [string, string]];
  return texts.every(([, other]) => other === text) ? text : withoutName(text, host, HOST);
}
