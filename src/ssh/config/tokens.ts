import { hostname } from 'node:os';
import { join } from 'node:path';

/** What stands behind the tokens of ssh_config(5). */
export interface TokenValues {
  /** %d, and what `~` stands for. */
  readonly home: string;
  /** %h: the host as it is connected to. */
  readonly host: string;
  /** %n: the host as it was asked for. */
  readonly original: string;
  /** %k: HostKeyAlias, or the host as it was asked for. */
  readonly keyName: string;
  readonly port: number;
  /** %r */
  readonly user: string;
  /** %u */
  readonly localUser: string;
}

export type Expanded = { readonly text: string } | { readonly wrong: string };

/** HostName with its tokens, which are `%h` and `%%`. */
export function hostNameOf(hostName: string, host: string): Expanded {
  if (!hostName.includes('%')) return { text: hostName };
  const wrong = /%(?![h%])./s.exec(hostName.replaceAll('%%', ''))?.[0];
  if (wrong !== undefined || /(^|[^%])(%%)*%$/.test(hostName))
    return { wrong: `only %h can stand in it, not "${wrong ?? '%'}"` };
  return { text: hostName.replaceAll(/%([h%])/g, (_, token) => (token === 'h' ? host : '%')) };
}

/** Replaces tokens (`%h`), `~` and `${VARIABLES}` in the name of a file. */
export function expandPath(path: string, values: TokenValues, environment = process.env): Expanded {
  let wrong: string | undefined;
  const told = path.replaceAll(
    /%(.?)|\$\{([^}]*\}?)/gs,
    (whole, token: string | undefined, name: string | undefined) => {
      const found = token === undefined ? variable(name ?? '', environment) : tokenValue(token, values);
      if (found === undefined)
        wrong ??=
          token === undefined
            ? `the environment has no variable ${whole}`
            : `"${whole}" cannot be replaced here`;
      return found ?? '';
    },
  );
  if (wrong !== undefined) return { wrong };
  if (told === '~' || told.startsWith('~/')) return { text: join(values.home, told.slice(1)) };
  return told.startsWith('~') ? { wrong: 'write the whole path of that home' } : { text: told };
}

/** @param name with the bracket that ends it. */
function variable(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  return name.endsWith('}') ? environment[name.slice(0, -1)] : undefined;
}

function tokenValue(token: string, values: TokenValues): string | undefined {
  switch (token) {
    case '%':
      return '%';
    case 'd':
      return values.home;
    case 'h':
      return values.host;
    case 'i':
      return String(process.getuid?.() ?? '');
    case 'k':
      return values.keyName;
    case 'L':
      return hostname().replace(/\..*$/s, '');
    case 'l':
      return hostname();
    case 'n':
      return values.original;
    case 'p':
      return String(values.port);
    case 'r':
      return values.user;
    case 'u':
      return values.localUser;
    default:
      return undefined;
  }
}
