import { createHash } from 'node:crypto';
import { type HostLook, type HostLookKind, hostLook, LookError } from '../engine/look.ts';
import { sh } from '../shell/quote.ts';

/**
 * What shadow(5) says of a user. The password hash itself is not kept: it is a secret, and comparing needs
 * only its digest.
 */
export type ShadowState =
  | {
      readonly exists: true;
      /** The hash has a `!` in front, as `usermod -L` puts it: no password opens the account. */
      readonly locked: boolean;
      /** `passwordDigest` of the hash without that `!`; undefined when there is nothing behind it. */
      readonly password: string | undefined;
      /** The day the account expires, in days since 1970-01-01; undefined for never. */
      readonly expires: number | undefined;
    }
  | {
      readonly exists: false;
      /** Why there is no entry: the file has none, there is no file, or the acting user may not read it. */
      readonly reason: 'no entry' | 'no file' | 'denied';
    };

/** The first line tells whether the file can be read; then come the entries of the users that have one. */
const shadowKind: HostLookKind<string, ShadowState> = {
  name: 'shadow',
  script(names) {
    return sh`wanted() { for w in ${names}; do [ "$1" != "$w" ] || return 0; done; return 1; }
if [ ! -e /etc/shadow ]; then echo none; exit 0; fi
if [ ! -r /etc/shadow ]; then echo denied; exit 0; fi
echo read
while IFS= read -r l || [ -n "$l" ]; do
  if wanted "\${l%%:*}"; then printf '%s\\n' "$l"; fi
done </etc/shadow`;
  },
  parse({ stdout, code }, names) {
    if (code !== 0) throw new LookError('/etc/shadow could not be read');
    const [first, ...lines] = stdout.toString('utf8').split('\n');
    const entries = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.split(':')]));
    return names.map((name): ShadowState => {
      if (first === 'none') return { exists: false, reason: 'no file' };
      if (first === 'denied') return { exists: false, reason: 'denied' };
      const entry = entries.get(name);
      if (entry === undefined) return { exists: false, reason: 'no entry' };
      if (entry.length !== 9) throw new LookError(`the shadow entry of "${name}" cannot be read`);
      const field = entry[1] ?? '';
      const hash = field.replace(/^!+/, '');
      return {
        exists: true,
        locked: field.startsWith('!'),
        password: hash === '' ? undefined : passwordDigest(hash),
        expires: entry[7] === '' ? undefined : Number(entry[7]),
      };
    });
  },
};

/** Asks for a user's entry in /etc/shadow. */
export function shadowLook(name: string): HostLook<ShadowState> {
  return hostLook(shadowKind, name, name);
}

/** Stands for a password hash wherever two of them are compared. */
export function passwordDigest(hash: string): string {
  return createHash('sha256').update(hash).digest('hex');
}
