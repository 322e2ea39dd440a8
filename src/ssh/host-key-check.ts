/** Decides whether a host's key proves the host. Synchronous: ssh2 takes only a strict answer. */
export interface HostKeyCheck {
  /** Key types that are known for this host: only these are negotiated, or a known host would look changed. */
  readonly knownTypes: readonly string[];
  /** The way out, shown when the key is refused. */
  readonly hint: string;
  check(key: Buffer): HostKeyVerdict;
}

export type HostKeyVerdict =
  | { readonly trusted: true }
  | { readonly trusted: false; readonly message: string };
