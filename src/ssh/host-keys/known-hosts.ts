import { createHmac } from 'node:crypto';
import { matchesPatternList } from '../../patterns/wildcard.ts';

/**
 * The known_hosts format (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"): who may present which key.
 * Only reading and matching here; which answer follows from it is decided in `known-hosts-check.ts`.
 */
export interface KnownHostsLine {
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  /** `cert-authority` lines are kept to say that they are not supported. */
  readonly marker?: 'revoked' | 'cert-authority';
  readonly hosts: HostPatterns;
  /** As in the file: `ssh-ed25519`, `ssh-rsa`, … */
  readonly keyType: string;
  readonly key: Buffer;
}

export type HostPatterns =
  /** In lower case. */
  | { readonly kind: 'plain'; readonly patterns: readonly string[] }
  /** `|1|salt|hash`: HMAC-SHA1 of one name, keyed with the salt. */
  | { readonly kind: 'hashed'; readonly salt: Buffer; readonly hash: Buffer };

export interface KnownHostsProblem {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  /** The broken line would have revoked a key: nothing in the file can be trusted without it. */
  readonly revokes: boolean;
}

export interface KnownHostsFile {
  readonly lines: readonly KnownHostsLine[];
  readonly problems: readonly KnownHostsProblem[];
}

/** Reads a known_hosts file. Lines that make no sense become problems, the others count. */
export function parseKnownHosts(text: string, file: string): KnownHostsFile {
  const lines: KnownHostsLine[] = [];
  const problems: KnownHostsProblem[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) continue;
    const place = { file, line: index + 1 };
    const read = readLine(content);
    if (typeof read === 'string')
      problems.push({ ...place, reason: read, revokes: /^@revoked\b/i.test(content) });
    else lines.push({ ...place, ...read });
  }
  return { lines, problems };
}

/** Whether a line speaks of a host, given by the name it is looked up under (see `lookupName`). */
export function matchesHost(patterns: HostPatterns, name: string): boolean {
  if (patterns.kind === 'hashed') {
    return createHmac('sha1', patterns.salt).update(name).digest().equals(patterns.hash);
  }
  return matchesPatternList(patterns.patterns, name);
}

/** The name under which OpenSSH keeps a host: in lower case, with the port in brackets unless it is 22. */
export function lookupName(address: string, port: number): string {
  const name = address.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** The parts of a line, or why it cannot be read. */
function readLine(content: string): Omit<KnownHostsLine, 'file' | 'line'> | string {
  const words = content.split(/[ \t]+/);
  const first = words[0] ?? '';
  const marker = first.startsWith('@') ? first.slice(1) : undefined;
  if (marker !== undefined) {
    if (marker !== 'revoked' && marker !== 'cert-authority') return `unknown marker "@${marker}"`;
    words.shift();
  }
  const [names, keyType, encoded] = words;
  if (names === undefined || keyType === undefined || encoded === undefined) {
    return 'a line needs host names, a key type and a key';
  }
  const hosts = readHosts(names);
  if (typeof hosts === 'string') return hosts;
  const key = decodeBase64(encoded);
  if (key === undefined || keyTypeOf(key) === undefined) return 'the key is damaged';
  if (keyTypeOf(key) !== keyType) return `the key is not of the type ${keyType} that the line names`;
  return { hosts, keyType, key, ...(marker === undefined ? {} : { marker }) };
}

function readHosts(names: string): HostPatterns | string {
  if (!names.startsWith('|'))
    return {
      kind: 'plain',
      patterns: names
        .toLowerCase()
        .split(',')
        .filter((name) => name !== ''),
    };
  const [, version, salt, hash] = names.split('|');
  const decoded = { salt: decodeBase64(salt ?? ''), hash: decodeBase64(hash ?? '') };
  if (version !== '1' || decoded.salt?.length !== 20 || decoded.hash?.length !== 20) {
    return 'the hashed host name is damaged';
  }
  return { kind: 'hashed', salt: decoded.salt, hash: decoded.hash };
}

function decodeBase64(text: string): Buffer | undefined {
  if (text === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}

/** The type written inside a public key (RFC 4253, 6.6): a length and a name. */
export function keyTypeOf(key: Buffer): string | undefined {
  if (key.length < 4) return undefined;
  const length = key.readUInt32BE(0);
  if (length === 0 || length > 64 || key.length <= 4 + length) return undefined;
  const name = key.toString('latin1', 4, 4 + length);
  return /^[\x21-\x7e]+$/.test(name) ? name : undefined;
}
