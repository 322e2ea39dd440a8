/** One jump host, as ProxyJump names it. */
export interface Hop {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
}

/**
 * Reads ProxyJump's argument (ssh_config(5)): `none`, or hops with commas between, in the order in which they are gone
 * through; each `[user@]host[:port]` or `ssh://[user@]host[:port]`.
 *
 * @returns undefined when it is none of these.
 */
export function parseJump(text: string): readonly Hop[] | 'none' | undefined {
  const wanted = text.replace(/#.*$/s, '').trimEnd();
  if (wanted.toLowerCase() === 'none') return 'none';
  const hops = wanted.split(',').map(parseHop);
  return hops.every((hop) => hop !== undefined) ? hops : undefined;
}

/** Reads one hop; undefined when it is none. */
export function parseHop(text: string): Hop | undefined {
  const isUri = /^ssh:\/\//i.test(text);
  const uri = isUri ? text.slice('ssh://'.length).replace(/\/$/, '') : text;
  const at = uri.lastIndexOf('@');
  const named = at < 0 ? undefined : uri.slice(0, at);
  const user = isUri ? decodeUser(named) : named;
  const place = /^(?:\[([^\]]+)\]|([^:/[\]\s"'#,%]+))(?::(\d+))?$/.exec(uri.slice(at + 1));
  const host = place?.[1] ?? place?.[2];
  if (host === undefined || user === '' || user === null || host.startsWith('-')) return undefined;
  const port = place?.[3] === undefined ? undefined : Number(place[3]);
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  return { host, ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port }) };
}

/** Whom a URI names: parameters after `;` are for others, `%20` is a blank. Null when it is damaged. */
function decodeUser(text: string | undefined): string | null | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text.replace(/;.*$/s, ''));
  } catch {
    return null;
  }
}

/** A hop as it is written. */
export function hopText({ host, user, port }: Hop): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${user === undefined ? '' : `${user}@`}${name}${port === undefined ? '' : `:${port}`}`;
}
