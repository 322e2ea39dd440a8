import { type KnownHostsLine, type KnownHostsProblem, matchesHost, parseKnownHosts } from './known-hosts.ts';
import { readKnownHosts } from './read-known-hosts.ts';

/** Why nothing in the files can be trusted. */
export interface Unusable {
  readonly message: string;
  readonly hint: string;
}

/**
 * The lines of several known_hosts files, found by host name. Plain names are looked up, patterns tried one
 * by one. A hashed line costs a hash for every host that asks, until its one host was found.
 */
export class KnownHostsIndex {
  readonly files: readonly string[];
  /** Those of `files` that were not there. */
  readonly missing: readonly string[];
  readonly problems: readonly KnownHostsProblem[];
  /** Set when a file cannot be read or a revocation in it cannot: then no key proves anything. */
  readonly unusable: Unusable | undefined;
  readonly #named = new Map<string, KnownHostsLine[]>();
  readonly #patterns: KnownHostsLine[] = [];
  #hashed: KnownHostsLine[] = [];
  readonly #found = new Map<string, KnownHostsLine[]>();

  private constructor(
    files: readonly string[],
    missing: readonly string[],
    lines: readonly KnownHostsLine[],
    problems: readonly KnownHostsProblem[],
    unusable: Unusable | undefined,
  ) {
    this.files = files;
    this.missing = missing;
    this.problems = problems;
    this.unusable = unusable;
    for (const line of lines) this.#put(line);
  }

  static load(files: readonly string[]): KnownHostsIndex {
    const lines: KnownHostsLine[] = [];
    const problems: KnownHostsProblem[] = [];
    const missing: string[] = [];
    let unusable: Unusable | undefined;
    for (const file of files) {
      const read = readKnownHosts(file);
      if ('reason' in read) {
        unusable ??= {
          message: `the known hosts in ${file} cannot be read (${read.reason}), so no host can prove who it is`,
          hint: 'make the file readable, or name another one with --known-hosts',
        };
        continue;
      }
      if (read.missing === true) missing.push(file);
      const parsed = parseKnownHosts(read.text, file);
      lines.push(...parsed.lines);
      problems.push(...parsed.problems);
    }
    const lost = problems.find(({ revokes }) => revokes);
    if (lost !== undefined) {
      unusable ??= {
        message: `${lost.file}:${lost.line} revokes a key but cannot be read (${lost.reason}), so no host can prove who it is`,
        hint: 'mend the line',
      };
    }
    return new KnownHostsIndex(files, missing, lines, problems, unusable);
  }

  /** All lines that speak of the name. */
  find(name: string): readonly KnownHostsLine[] {
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    const matches = (line: KnownHostsLine): boolean => matchesHost(line.hosts, name);
    const hashed = this.#hashed.filter(matches);
    if (hashed.length > 0) {
      // A hash is of one name only: once found it needs no more trying.
      this.#hashed = this.#hashed.filter((line) => !hashed.includes(line));
      this.#named.set(name, [...(this.#named.get(name) ?? []), ...hashed]);
    }
    const found = [...(this.#named.get(name) ?? []), ...this.#patterns.filter(matches)];
    this.#found.set(name, found);
    return found;
  }

  /** Adds a line that was just written. */
  add(line: KnownHostsLine): void {
    this.#put(line);
    this.#found.clear();
  }

  #put(line: KnownHostsLine): void {
    if (line.hosts.kind === 'hashed') {
      this.#hashed.push(line);
      return;
    }
    if (line.hosts.patterns.some((pattern) => /[*?!]/.test(pattern))) {
      this.#patterns.push(line);
      return;
    }
    for (const name of new Set(line.hosts.patterns.map((pattern) => pattern.toLowerCase()))) {
      const lines = this.#named.get(name) ?? [];
      this.#named.set(name, lines);
      lines.push(line);
    }
  }
}
