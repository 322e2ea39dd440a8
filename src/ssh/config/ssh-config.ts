import type { Block, Unused } from './block.ts';
import { criteriaMatch, hostMatches, type Subject } from './conditions.ts';
import type { Place } from './place.ts';
import { hostNameOf } from './tokens.ts';
import type { Field, Values } from './values.ts';

/** What the files say of one host. */
export interface HostConfig {
  readonly values: Values;
  /** The line that says it; of key files see `identityPlaces`. */
  readonly places: ReadonlyMap<Field, Place>;
  /** The line of each key file, by its name as written. */
  readonly identityPlaces: ReadonlyMap<string, Place>;
  /** Lines for this host that are not used, and would have mattered. */
  readonly unused: readonly Unused[];
}

/** A Match line that would count for a host if it were used. */
const NOT_USED = 'is not used: the lines below it count for no host';

export const EMPTY_CONFIG: HostConfig = {
  values: {},
  places: new Map(),
  identityPlaces: new Map(),
  unused: [],
};

/**
 * OpenSSH's client configuration, read once for a fleet. As many hosts are asked for as there are, so names without a
 * wildcard are looked up, and hosts of which the same blocks speak share one answer.
 */
export class SshConfig {
  readonly #blocks: readonly Block[];
  readonly #localUser: string;
  /** Blocks that must be tried for every host, in order. */
  readonly #general: readonly number[];
  /** Blocks that speak of names without a wildcard, by name. */
  readonly #named: ReadonlyMap<string, readonly number[]>;
  readonly #answers = new Map<string, HostConfig>();

  constructor(blocks: readonly Block[], localUser: string) {
    this.#blocks = blocks;
    this.#localUser = localUser;
    const general: number[] = [];
    const named = new Map<string, number[]>();
    for (const [index, { condition }] of blocks.entries()) {
      if (condition?.kind !== 'host' || condition.patterns.some((pattern) => /[*?!]/.test(pattern))) {
        general.push(index);
        continue;
      }
      for (const name of new Set(condition.patterns)) {
        const indexes = named.get(name) ?? [];
        named.set(name, indexes);
        indexes.push(index);
      }
    }
    this.#general = general;
    this.#named = named;
  }

  /**
   * What holds for a host.
   *
   * @param host as ssh would be told it.
   * @param user who logs in, where something stronger than the files says so (`ssh -l`).
   */
  lookup(host: string, user?: string): HostConfig {
    if (this.#blocks.length === 0) return EMPTY_CONFIG;
    const { counting, unused } = this.#counting(host, user);
    const key = counting.join();
    const known = this.#answers.get(key);
    if (known !== undefined && unused.length === 0) return known;
    const answer = this.#collect(counting, unused);
    if (unused.length === 0) this.#answers.set(key, answer);
    return answer;
  }

  /** The blocks that count for a host, in order. */
  #counting(host: string, user: string | undefined) {
    const counting: number[] = [];
    const active = new Set<number>();
    const unused: Unused[] = [];
    let hostName: string | undefined;
    let login = user;
    for (const index of inOrder(this.#general, this.#named.get(host) ?? [])) {
      const block = this.#blocks[index]!;
      const { condition, within } = block;
      if (within !== undefined && !active.has(within)) continue;
      if (condition?.kind === 'host' && !hostMatches(condition.patterns, host)) continue;
      if (condition?.kind === 'match') {
        const subject: Subject = {
          host,
          hostName: resolved(hostName ?? '%h', host),
          user: login ?? this.#localUser,
          localUser: this.#localUser,
        };
        const matches = criteriaMatch(condition.criteria, subject);
        if (typeof matches === 'object' && block.settings.length + block.unused.length > 0)
          unused.push(announceMatch(block, matches.unused));
        if (matches !== true) continue;
      }
      active.add(index);
      counting.push(index);
      for (const { field, value } of block.settings) {
        if (field === 'hostName') hostName ??= value as string;
        else if (field === 'user') login ??= value as string;
      }
    }
    return { counting, unused };
  }

  #collect(counting: readonly number[], unused: readonly Unused[]): HostConfig {
    const values: Partial<Record<Field, unknown>> = {};
    const places = new Map<Field, Place>();
    const files = new Map<string, Place>();
    const certificates = new Set<string>();
    for (const { field, value, source, line } of counting.flatMap((index) => this.#blocks[index]!.settings)) {
      if (field === 'identityFiles') {
        if (!files.has(value as string)) files.set(value as string, { source, line });
        if (!places.has(field)) places.set(field, { source, line });
        continue;
      }
      if (field === 'certificateFiles') {
        certificates.add(value as string);
        if (!places.has(field)) places.set(field, { source, line });
        continue;
      }
      // Of ProxyJump and ProxyCommand the one that comes first counts.
      const rival = field === 'jump' ? 'proxyCommand' : field === 'proxyCommand' ? 'jump' : field;
      if (field in values || rival in values) continue;
      values[field] = value;
      places.set(field, { source, line });
    }
    if (files.size > 0) values.identityFiles = [...files.keys()];
    if (certificates.size > 0) values.certificateFiles = [...certificates];
    const own = counting.flatMap((index) => this.#blocks[index]!.unused);
    return { values: values as Values, places, identityPlaces: files, unused: [...own, ...unused] };
  }
}

function announceMatch({ source, line }: Block, criterion: string): Unused {
  const announced = { severity: 'warning', says: NOT_USED } as const;
  return { source, line, keyword: `match ${criterion}`, announced };
}

/** What cannot be resolved is told when somebody connects there. */
function resolved(hostName: string, host: string): string {
  const name = hostNameOf(hostName, host);
  return 'text' in name ? name.text : hostName;
}

/** Two ascending lists as one. */
function inOrder(first: readonly number[], second: readonly number[]): readonly number[] {
  return second.length === 0 ? first : [...first, ...second].sort((a, b) => a - b);
}
