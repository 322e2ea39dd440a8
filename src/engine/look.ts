import type { Shell } from '../shell/quote.ts';
import type { Overlay } from './overlay.ts';

/**
 * A look is one question about a host ("what is at this path?") or about the controller ("what is the SHA-256
 * of this artifact?"). Steps ask looks, the engine gathers the ones that have no answer yet, and asks the host
 * all of them in one trip. The same look asked by two steps is asked once.
 */
export type Look<Answer> = HostLook<Answer> | LocalLook<Answer>;

export interface HostLook<Answer> {
  readonly where: 'host';
  readonly kind: HostLookKind<never, Answer>;
  readonly query: unknown;
  /** Identity: two looks with the same key have the same answer. */
  readonly key: string;
}

/** Looks at a host, by store key. */
export type HostLooks = ReadonlyMap<string, HostLook<unknown>>;

export interface LocalLook<Answer> {
  readonly where: 'controller';
  readonly key: string;
  /** Answers the question on the controller; called once for the fleet. Rejects only for bugs. */
  readonly load: () => Promise<Answer>;
}

/**
 * One kind of question to a host. All queries of a kind are answered by one fragment of shell, so that
 * twenty paths cost one `stat`.
 */
export interface HostLookKind<Query, Answer> {
  readonly name: string;
  /**
   * The shell text that answers the queries on standard output. It must write nothing on the host, must run
   * in dash, bash and busybox sh, and may use `$MARK` (a random word) to separate parts that could hold
   * anything. Runs with standard input from /dev/null, LC_ALL=C and umask 077, in a subshell unless `inShell`.
   */
  script(queries: readonly Query[], context: LookContext): Shell;
  /** Reads the fragment's output: one answer a query, in the same order. Throws `LookError` when it cannot. */
  parse(output: LookOutput, queries: readonly Query[], context: LookContext): readonly Answer[];
  /**
   * The script is the body of a function: it ends with `return`, not `exit`, and leaves the shell's directory, open files,
   * traps and options as they are. It needs no subshell then, which costs a host 0.4 ms.
   */
  readonly inShell?: boolean;
  /** Looks of this kind are put to the host as looks of another one; see `askedAs`. */
  readonly asked?: { readonly kind: HostLookKind<never, unknown>; as(query: Query): unknown };
  /** The script depends on nothing but the queries: it is put into words once for all hosts. */
  readonly sameForAll?: boolean;
  /**
   * The answers depend on nothing but the queries, the exit status and standard output: hosts that say the same share
   * them. Worth it where hosts do say the same, and where reading costs more than comparing.
   */
  readonly sameForSame?: boolean;
  /** The answer that earlier, not yet applied steps lead to; `undefined` when they do not touch it. */
  predict?(query: Query, overlay: Overlay): Prediction<Answer> | undefined;
  /** Time limit on the host in seconds, for looks that may be slow. Default 60. */
  readonly timeout?: number;
  /**
   * Any change to the host may change the answer (free space): it is forgotten whenever a step has acted. Meant for
   * what costs a host next to nothing, which may depend on the answer.
   */
  volatile?(answer: Answer): boolean;
  /**
   * The answer costs a host too much to be asked for after each step that asked for it, or is of no use then: it holds until
   * `predict` says that a change touches it, or a command may have.
   */
  readonly steady?: true;
  /**
   * For looks at one path: the answer, when an action has just proven the content there. It need not be asked for then.
   */
  readonly proven?: (proof: HashProof) => Answer;
  /** For looks at one path: what lets the view follow the links on the way there. */
  readonly place?: LookPlace<Query, Answer>;
}

/** A look at one path, and the same look at another. */
export interface LookPlace<Query, Answer> {
  of(query: Query): string;
  at(query: Query, path: string): HostLook<Answer>;
}

/**
 * Either the value itself, or another look that must be answered to know it, or what
 * becomes of the observed answer (a list that gains an entry).
 */
export type Prediction<Answer> =
  | { readonly value: Answer }
  | { adjust(observed: Answer): Answer }
  | { readonly insteadOf: HostLook<Answer> }
  | { readonly unknown: string };

export interface LookOutput {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly code: number;
  /** The random word that `$MARK` held. */
  readonly mark: string;
  /** When it came in, by the controller's clock: milliseconds since the epoch. */
  readonly received?: number;
}

export interface LookContext {
  /** Hashes proven by an earlier run, by path: lets the host skip hashing a file that has not moved since. */
  readonly proofs: ReadonlyMap<string, HashProof>;
  /** Prove everything by content, trusting no earlier proof and no time stamp. */
  readonly deep: boolean;
  /** List trees also where an earlier run has listed them lately, as a drift check does. */
  readonly relist: boolean;
  /**
   * Keeps what a look has just proven, for the rest of the run and for later ones. The identity must be older
   * than the host's clock by 2 s, or a change in the same tick of the clock could go unseen. Absent where
   * nothing is kept.
   */
  readonly prove?: (path: string, proof: HashProof) => void;
  /** Forgets what was proven of a place, as it is not so any more. */
  readonly disprove?: (path: string) => void;
}

/**
 * A file's hash together with the identity it had when it was hashed (`stat` fields, opaque); likewise the digest of
 * what a tree is to be, with the state of its anchors.
 */
export interface HashProof {
  readonly identity: string;
  readonly sha256: string;
  /** When it was proven, for what is not believed for ever: milliseconds since the epoch by the controller's clock. */
  readonly at?: number;
}

/** A host's answer that makes no sense: reported as a failure to observe, never as "no change". */
export class LookError extends Error {}

/** Makes a host look; `id` must name everything that the answer depends on. */
export function hostLook<Query, Answer>(
  kind: HostLookKind<Query, Answer>,
  query: Query,
  id: string,
): HostLook<Answer> {
  return { where: 'host', kind: kind as HostLookKind<never, Answer>, query, key: `${kind.name}:${id}` };
}

/**
 * What a kind asks by way of another one, so that one program on the host answers looks of both. Predictions and places remain
 * its own.
 *
 * @param as puts a query as one of the other kind, whose answers to such are this kind's.
 */
export function askedAs<Query, Other, Answer>(
  kind: HostLookKind<Other, unknown>,
  as: (query: Query) => Other,
): Pick<HostLookKind<Query, Answer>, 'asked' | 'script' | 'parse' | 'inShell'> {
  return {
    asked: { kind: kind as HostLookKind<never, unknown>, as },
    inShell: kind.inShell ?? false,
    script: (queries, context) => kind.script(queries.map(as), context),
    parse: (output, queries, context) => kind.parse(output, queries.map(as), context) as readonly Answer[],
  };
}

/** Makes a look on the controller. */
export function localLook<Answer>(key: string, load: () => Promise<Answer>): LocalLook<Answer> {
  return { where: 'controller', key, load };
}
