import type { ConnectionFailure } from '../errors.ts';

/** Decides whether a host's key proves the host. Synchronous: ssh2 takes only a strict answer. */
export interface HostKeyCheck {
  /**
   * Key types to ask the host for, best first: those that are known for it come first, or a known host would
   * show another key and look changed. Empty when nothing is known.
   */
  readonly knownTypes: readonly string[];
  check(key: Buffer): HostKeyVerdict;
}

export type HostKeyVerdict = { readonly trusted: true } | Refused;

interface Refused {
  readonly trusted: false;
  readonly message: string;
  /** The way out. */
  readonly hint?: string;
}

/**
 * Why a host that shows a key is not to be talked to; undefined when it has proven itself. Only `trusted: true` is a proof:
 * whatever else a check comes up with, or throws, is none.
 */
export function distrust(check: HostKeyCheck, key: Buffer): ConnectionFailure | undefined {
  let verdict: HostKeyVerdict | null | undefined;
  try {
    verdict = check.check(key);
  } catch (error) {
    return {
      kind: 'host-key',
      message: `the host key could not be checked: ${(error as Error | null)?.message}`,
    };
  }
  if (verdict?.trusted === true) return undefined;
  const { message = 'the host key was not found to be trusted', hint } = (verdict ?? {}) as Partial<Refused>;
  return { kind: 'host-key', message: String(message), ...(hint === undefined ? {} : { hint }) };
}
