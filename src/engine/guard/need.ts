import { type Shell, sh } from '../../shell/quote.ts';
import type { Action } from '../step-kind.ts';

/**
 * What a change can cut off, said by the step that makes it: the engine then arms a rollback on the host before it acts,
 * proves the way in by a new connection afterwards, and disarms. Without the proof the host goes back by itself.
 *
 * Paths among a step's effects that lie in the way of the login (`paths.ts`) need not be named: the engine sees to them.
 */
export interface GuardNeed {
  /** What of the way in is changed, for messages: "the firewall", "the keys of ops". */
  readonly what: string;
  /** What is kept before, and put back by a rollback. */
  readonly paths?: readonly GuardedPath[];
  /** Users whose entries in passwd(5) and shadow(5) and whose memberships are put back, entry by entry. */
  readonly accounts?: readonly string[];
  /** One of the `accounts` gets another password, which this run does not know: a login or sudo may want it. */
  readonly password?: true;
  /** Groups whose entries in group(5) and gshadow(5) are put back. */
  readonly groups?: readonly string[];
  /** Keeps what is in no file, before the change: writes it into the directory `$G`. A status that is not 0 ends all. */
  readonly keep?: Shell;
  /**
   * Makes what runs on the host agree with what was put back: reloads the server, loads the old rules; what `keep` has kept is in `$G`. Runs as the
   * acting user, and not at boot: what starts then reads the right files by itself. A status that is not 0 is reported.
   */
  readonly settle?: Shell;
  /** Carried out after the step's own actions: one that fails has everything rolled back without trying a login. */
  readonly checks?: readonly Action[];
}

/**
 * A file or link is kept whole, a directory with all that is in it; what is not there is removed by a rollback. With
 * `attributes` only mode and owner of a directory are kept.
 */
export interface GuardedPath {
  readonly path: string;
  readonly attributes?: true;
}

/** Two needs of one step as one. */
export function bothNeeds(one: GuardNeed | undefined, other: GuardNeed | undefined): GuardNeed | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const keep = inTurn(one.keep, other.keep);
  const settle = inTurn(one.settle, other.settle);
  return {
    what: one.what === other.what ? one.what : `${one.what}, ${other.what}`,
    paths: [...(one.paths ?? []), ...(other.paths ?? [])],
    accounts: [...(one.accounts ?? []), ...(other.accounts ?? [])],
    ...(one.password === true || other.password === true ? { password: true } : {}),
    groups: [...(one.groups ?? []), ...(other.groups ?? [])],
    ...(keep === undefined ? {} : { keep }),
    ...(settle === undefined ? {} : { settle }),
    checks: [...(one.checks ?? []), ...(other.checks ?? [])],
  };
}

/** Each may end itself with `exit`. */
function inTurn(one: Shell | undefined, other: Shell | undefined): Shell | undefined {
  return one === undefined || other === undefined ? (one ?? other) : sh`(\n${one}\n)\n(\n${other}\n)`;
}
