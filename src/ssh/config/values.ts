import { type Hop, parseJump } from '../../inventory/hop.ts';

/** What ssh_config says of a host, as written: tokens (`%h`), `~` and environment variables are not replaced yet. */
export interface Values {
  readonly hostName?: string;
  readonly user?: string;
  readonly port?: number;
  /** All of them, in order; `none` among them stands for no file. */
  readonly identityFiles?: readonly string[];
  /** All of them, in order. */
  readonly certificateFiles?: readonly string[];
  readonly identitiesOnly?: boolean;
  /** A path, `SSH_AUTH_SOCK`, `$VARIABLE` or `none`. */
  readonly identityAgent?: string;
  readonly jump?: readonly Hop[] | 'none';
  readonly proxyCommand?: string;
  readonly userKnownHosts?: readonly string[];
  readonly globalKnownHosts?: readonly string[];
  /** Seconds. */
  readonly connectTimeout?: number;
  /** Seconds; 0 for none. */
  readonly serverAliveInterval?: number;
  readonly serverAliveCountMax?: number;
  readonly hostKeyAlias?: string;
  readonly strictHostKeyChecking?: 'yes' | 'ask' | 'accept-new' | 'no';
  readonly addressFamily?: 'any' | 'inet' | 'inet6';
}

export type Field = keyof Values;

/** Reads the arguments of one keyword: split into words, and as they stand. */
type Parser = (words: readonly string[], raw: string) => { readonly value: unknown } | string;

const MISSING = 'its value is missing';

function one(read: (word: string) => { readonly value: unknown } | string): Parser {
  return (words) => {
    const [word] = words;
    if (word === undefined || word === '') return MISSING;
    const value = read(word);
    if (typeof value === 'string' || words.length === 1) return value;
    return `it takes one value, and here are ${words.length}`;
  };
}

const text = one((word) => ({ value: word }));

function words(names: Readonly<Record<string, unknown>>): Parser {
  return one((word) => {
    const name = word.toLowerCase();
    if (Object.hasOwn(names, name)) return { value: names[name] };
    return `it must be one of ${Object.keys(names).join(', ')}, not "${word}"`;
  });
}

const flag = words({ yes: true, true: true, no: false, false: false });

const port = one((word) => {
  const number = word.toLowerCase() === 'ssh' ? 22 : /^\+?\d{1,9}$/.test(word) ? Number(word) : 0;
  return number >= 1 && number <= 65_535 ? { value: number } : `"${word}" is no port (1 to 65535)`;
});

const count = one((word) =>
  /^\+?\d{1,9}$/.test(word) ? { value: Number(word) } : `"${word}" is no whole number`,
);

/** Seconds of each unit (sshd_config(5), TIME FORMATS). */
const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

const time = one((word) => {
  // So OpenSSH: "none" is as if the line were not there.
  if (word === 'none') return { value: undefined };
  // Only the last number may go without a unit; written otherwise, this would try every way to part a row of digits.
  if (!/^\+?(?:\d{1,9}[smhdw])*\d{1,9}[smhdw]?$/i.test(word))
    return `"${word}" is no time, such as 10, 90s or 1m30s`;
  let seconds = 0;
  for (const [, digits, unit] of word.matchAll(/(\d+)([smhdw]?)/gi)) {
    seconds += Number(digits) * UNITS[unit!.toLowerCase()]!;
  }
  return seconds < 2 ** 31 ? { value: seconds } : `"${word}" is too long`;
});

const files: Parser = (found) => {
  if (found.length === 0) return { value: undefined };
  if (found.includes('')) return 'a file name is empty';
  const none = found.some((file) => file.toLowerCase() === 'none');
  if (!none) return { value: found };
  return found.length > 1 ? '"none" must stand alone' : { value: ['none'] };
};

const jump: Parser = (_, raw) => {
  const hops = parseJump(raw);
  return hops === undefined
    ? `"${raw}" is no list of jump hosts: [user@]host[:port], commas between`
    : { value: hops };
};

const command: Parser = (_, raw) => ({ value: raw });

const agent = one((word) => {
  if (word.startsWith('$') && !word.startsWith('${') && !/^\$[A-Za-z_][A-Za-z0-9_]*$/.test(word))
    return `"${word}" names no environment variable`;
  return /\$\{(?![A-Za-z_]\w*\})/.test(word) ? `"${word}" holds a variable without an end` : { value: word };
});

/** What each keyword says, by its name in lower case. */
export const USED: ReadonlyMap<string, readonly [Field, Parser]> = new Map([
  ['hostname', ['hostName', text]],
  ['user', ['user', text]],
  ['port', ['port', port]],
  ['identityfile', ['identityFiles', text]],
  ['identityfile2', ['identityFiles', text]],
  ['certificatefile', ['certificateFiles', text]],
  ['identitiesonly', ['identitiesOnly', flag]],
  ['identityagent', ['identityAgent', agent]],
  ['proxyjump', ['jump', jump]],
  ['proxycommand', ['proxyCommand', command]],
  ['userknownhostsfile', ['userKnownHosts', files]],
  ['globalknownhostsfile', ['globalKnownHosts', files]],
  ['connecttimeout', ['connectTimeout', time]],
  ['serveraliveinterval', ['serverAliveInterval', time]],
  ['serveralivecountmax', ['serverAliveCountMax', count]],
  ['hostkeyalias', ['hostKeyAlias', text]],
  [
    'stricthostkeychecking',
    [
      'strictHostKeyChecking',
      words({
        yes: 'yes',
        true: 'yes',
        ask: 'ask',
        'accept-new': 'accept-new',
        no: 'no',
        false: 'no',
        off: 'no',
      }),
    ],
  ],
  ['addressfamily', ['addressFamily', words({ any: 'any', inet: 'inet', inet6: 'inet6' })]],
]);
