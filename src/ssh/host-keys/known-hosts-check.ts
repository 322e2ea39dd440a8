import { quote } from '../../shell/quote.ts';
import { HOST_KEY_TYPES } from '../algorithms.ts';
import { fingerprint } from './fingerprint.ts';
import type { HostKeyCheck, HostKeyVerdict } from './host-key-check.ts';
import { type KnownHostsLine, keyTypeOf, lookupName } from './known-hosts.ts';
import { appendLine } from './known-hosts-files.ts';
import { KnownHostsIndex } from './known-hosts-index.ts';

/**
 * What becomes of a host that no file knows: `strict` refuses it, `accept-new` writes its key down and goes
 * on. A host that shows another key than the known one is refused in any case.
 */
export type HostKeyPolicy = 'strict' | 'accept-new';

/** Checks host keys against known_hosts files, as OpenSSH does; the files are read once for a run. */
export class KnownHosts {
  readonly #index: KnownHostsIndex;
  readonly #policy: HostKeyPolicy;
  readonly #newKeys: string | undefined;
  readonly #accepted: KnownHostsLine[] = [];

  /**
   * @param files in order. Missing files know nobody.
   * @param policy where a host has none of its own.
   * @param newKeys the file that new keys are written to. Default: the first.
   */
  constructor(files: readonly string[], policy: HostKeyPolicy, newKeys: string | undefined = files[0]) {
    this.#index = KnownHostsIndex.load(files);
    this.#policy = policy;
    this.#newKeys = newKeys;
  }

  /** What `accept-new` has added. */
  get accepted(): readonly KnownHostsLine[] {
    return this.#accepted;
  }

  /** The check for one host. */
  for(address: string, port: number, { alias, policy = this.#policy }: HostKeyOptions = {}): HostKeyCheck {
    // As OpenSSH does: an alias stands for host and port.
    const name = alias === undefined ? lookupName(address, port) : alias.toLowerCase();
    const bare = alias === undefined ? lookupName(address, 22) : name;
    const own = this.#index.find(name);
    const likely = bare === name ? own : [...own, ...this.#index.find(bare)];
    return {
      knownTypes: typesOf(likely),
      check: (key) => this.#check(key, { address, port, name, bare, policy }),
    };
  }

  #check(key: Buffer, where: Where): HostKeyVerdict {
    const broken = this.#index.unusable;
    if (broken !== undefined) return refuse(broken.message, broken.hint);
    const lines = this.#index.find(where.name);
    const withoutPort = where.bare === where.name ? [] : this.#index.find(where.bare);
    const revoked = [...lines, ...withoutPort].find(
      (line) => line.marker === 'revoked' && line.key.equals(key),
    );
    if (revoked !== undefined) {
      return refuse(
        `${where.name} shows the key ${fingerprint(key)}, which ${place(revoked)} has revoked`,
        'a revoked key may be in the hands of others: do not log in; give the host a new key',
      );
    }
    const mine = lines.filter((line) => line.marker === undefined);
    // As OpenSSH does: an entry without the port counts when the key is the very same.
    const same = [...mine, ...withoutPort].some((line) => line.marker === undefined && line.key.equals(key));
    if (same) return { trusted: true };
    if (mine.length > 0) return changed(key, mine, where);
    if (where.policy === 'accept-new') return this.#accept(key, where);
    return unknown(key, where, lines, this.#newKeys, this.#index);
  }

  #accept(key: Buffer, where: Where): HostKeyVerdict {
    const keyType = keyTypeOf(key);
    const file = this.#newKeys;
    if (keyType === undefined) return refuse(`${where.name} shows no usable key`);
    if (file === undefined) {
      return refuse(
        `the new key of ${where.name} cannot be written down: no file of the user's for known hosts is in use`,
        'name one with --known-hosts, or UserKnownHostsFile in ssh_config',
      );
    }
    const written = appendLine(file, `${where.name} ${keyType} ${key.toString('base64')}`);
    if (!written.ok) {
      return refuse(
        `the new key of ${where.name} could not be written to ${file}: ${written.reason}`,
        'make the file writable, or name another one with --known-hosts',
      );
    }
    const hosts = { kind: 'plain', patterns: [where.name] } as const;
    const line: KnownHostsLine = { file, line: written.line, hosts, keyType, key };
    this.#index.add(line);
    this.#accepted.push(line);
    return { trusted: true };
  }
}

interface Where {
  readonly address: string;
  readonly port: number;
  /** With the port, as in known_hosts. */
  readonly name: string;
  readonly bare: string;
  readonly policy: HostKeyPolicy;
}

/** What holds for one host. */
export interface HostKeyOptions {
  /** The name that its key is kept under, in place of its address and port (HostKeyAlias). */
  readonly alias?: string;
  readonly policy?: HostKeyPolicy;
}

function changed(key: Buffer, known: readonly KnownHostsLine[], { name }: Where): HostKeyVerdict {
  const type = keyTypeOf(key) ?? 'unknown';
  const line = known.find(({ keyType }) => keyType === type) ?? known[0]!;
  const told =
    line.keyType === type
      ? `the host key of ${name} has CHANGED: it shows ${fingerprint(key)} (${type}), but ${place(line)} has ${fingerprint(line.key)}`
      : `the host key of ${name} has CHANGED: it shows a key of another type, ${fingerprint(key)} (${type}), but ${place(line)} has ${fingerprint(line.key)} (${line.keyType})`;
  return refuse(
    told,
    `someone may be listening in. If the host was reinstalled, compare the fingerprint on its console, then forget the old key: ssh-keygen -f ${quote(line.file)} -R ${quote(name)}`,
  );
}

function unknown(
  key: Buffer,
  { address, port, name }: Where,
  lines: readonly KnownHostsLine[],
  file: string | undefined,
  { files, missing, problems: [damaged] }: KnownHostsIndex,
): HostKeyVerdict {
  const type = keyTypeOf(key) ?? 'unknown';
  const short = type.replace(/^ssh-/, '').replace(/^ecdsa-.*/, 'ecdsa');
  const scan = `ssh-keyscan -t ${short}${port === 22 ? '' : ` -p ${port}`} ${quote(address)} >> ${quote(file ?? 'known_hosts')}`;
  const authority = lines.find((line) => line.marker === 'cert-authority');
  // Of the usual files most are not there; one that was named alone is missed.
  const missed = files.length === 1 ? missing[0] : undefined;
  const notes = [
    ...(missed === undefined ? [] : [`the file ${missed} does not exist`]),
    ...(authority === undefined
      ? []
      : [
          `host certificates are not supported (${place(authority)} is a @cert-authority line) but by --transport openssh`,
        ]),
    ...(damaged === undefined ? [] : [`${damaged.file}:${damaged.line} cannot be read: ${damaged.reason}`]),
  ];
  return refuse(
    [`${name} is not a known host: it shows ${fingerprint(key)} (${type})`, ...notes].join('; '),
    `compare the fingerprint with the host's own (there: ssh-keygen -lf /etc/ssh/ssh_host_${short}_key.pub), then add it: ${scan}; or run once with --host-key-checking accept-new`,
  );
}

function refuse(message: string, hint?: string): HostKeyVerdict {
  return { trusted: false, message, ...(hint === undefined ? {} : { hint }) };
}

function place({ file, line }: KnownHostsLine): string {
  return `${file}:${line}`;
}

/**
 * The known types first, so that a host with several keys shows the one that is known; then all others, so
 * that a host that has lost that key is told as what it is, and not as a failed negotiation.
 */
function typesOf(lines: readonly KnownHostsLine[]): readonly string[] {
  const known = new Set(lines.filter(({ marker }) => marker === undefined).map(({ keyType }) => keyType));
  if (known.size === 0) return [];
  const isKnown = (type: string): boolean =>
    known.has(type) || (known.has('ssh-rsa') && type.startsWith('rsa-'));
  return [...HOST_KEY_TYPES.filter(isKnown), ...HOST_KEY_TYPES.filter((type) => !isKnown(type))];
}
