/** What stands for a host's own name in what is told of several hosts at once. */
const HOST = '<host>';

/** A text of one of several hosts, with `<host>` wherever the host's name stands as a word. */
export function withoutName(text: string, host: string): string {
  if (host === '' || !text.includes(host)) return text;
  const name = host.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  return text.replaceAll(new RegExp(String.raw`(?<![\w-])${name}(?![\w-])`, 'g'), HOST);
}

/**
 * One text for several hosts (at least one), which have it in common but for their names.
 *
 * @param texts host and text.
 */
export function commonText(texts: readonly (readonly [host: string, text: string])[]): string {
  const [[host, text]] = texts as readonly [readonly [string, string]];
  return texts.every(([, other]) => other === text) ? text : withoutName(text, host);
}
