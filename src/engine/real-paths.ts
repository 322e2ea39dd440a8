import type { LinkState } from '../looks/paths.ts';
import { linkTarget } from '../resources/host-path.ts';
import { fail } from './failure.ts';
import { realPath } from './real-path.ts';

export interface RealPath {
  readonly path: string;
  /** False while a directory above the path has not been looked at: as if it were no link. */
  readonly known: boolean;
}

/** What a host says of links. */
export interface LinkSource {
  /** The user who follows them. */
  readonly actingUser: string;
  /** The link at a path, `value`, which is undefined where there is none; undefined while that is not known. */
  link(path: string): { readonly value: LinkState | undefined } | undefined;
  /**
   * Who owns what is at a path; undefined where there is nothing.
   *
   * @throws PENDING while that is not known.
   */
  owner(path: string): string | undefined;
}

/** Finds real paths, and follows no link that somebody else has laid to what is not his. */
export class RealPaths {
  readonly #source: LinkSource;
  readonly #found = new Map<string, RealPath>();
  /** Targets of links of others, whose owners are being asked for. */
  readonly #judging = new Set<string>();

  constructor(source: LinkSource) {
    this.#source = source;
  }

  /** @throws StepFailure when the way goes on without end, or over a link that is not to be trusted. */
  find(path: string): RealPath {
    const found = this.#found.get(path);
    if (found?.known === true) return found;
    let known = true;
    const real = realPath(path, (at) => {
      const found = this.#source.link(at);
      if (found === undefined) known = false;
      if (found?.value !== undefined) this.#requireTrusted(at, found.value);
      return found?.value;
    });
    if (real === undefined) fail(`${path} leads through too many links on this host`);
    const result = { path: real, known };
    this.#found.set(path, result);
    return result;
  }

  /** Whoever may lay a link must not decide where root, or somebody else, writes. */
  #requireTrusted(path: string, { owner, target }: LinkState): void {
    const { actingUser } = this.#source;
    if (owner === 'root' || owner === actingUser) return;
    if (this.#belongsTo(linkTarget(path, target), owner)) return;
    fail(
      `${path} is a link to ${target} that "${owner}" has laid on this host: ${actingUser} does not follow it to what belongs to others`,
      `name the directory that is meant, or let ${actingUser} own the link (chown -h)`,
    );
  }

  #belongsTo(path: string, owner: string): boolean {
    // A link that leads through itself is asked about itself.
    if (this.#judging.has(path)) return false;
    this.#judging.add(path);
    try {
      return this.#source.owner(path) === owner;
    } finally {
      this.#judging.delete(path);
    }
  }
}
