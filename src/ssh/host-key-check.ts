/** Decides whether a host's key proves the host. Synchronous: ssh2 takes only a strict answer. */
export interface HostKeyCheck {
  /**
   * Key types to ask the host for, best first: those that are known for it come first, or a known host would
   * show another key and look changed. Empty when nothing is known.
   */
  readonly knownTypes: readonly string[];
  check(key: Buffer): HostKeyVerdict;
}

export type HostKeyVerdict =
  | { readonly trusted: true }
  | {
      readonly trusted: false;
      readonly message: string;
      /** The way out. */
      readonly hint?: string;
    };
