import type { Diagnostic } from '../documents/diagnostic.ts';
import type { Scope } from '../expressions/scope.ts';
import type { Host } from './inventory.ts';

/** How a host is reached, from its variables. What is missing is left to the command line and ssh_config. */
export interface Connection {
  /** `ansible_host`, by default the host's name. */
  readonly address: string;
  readonly port?: number;
  readonly user?: string;
  /** As written; `~` is not expanded. */
  readonly privateKeyFile?: string;
  readonly knownHostsFile?: string;
  readonly become?: boolean;
  readonly becomeUser?: string;
  readonly becomeMethod?: string;
  /** `local` for a host without SSH. Default `ssh`. */
  readonly kind: 'ssh' | 'local';
  /** ProxyJump hops (`provision_proxy_jump`), in order. */
  readonly proxyJump: readonly string[];
}

export interface ConnectionResult {
  /** Missing when there are errors. */
  readonly connection?: Connection;
  readonly diagnostics: readonly Diagnostic[];
}

/** `{{ }}` in connection variables is resolved with `scope`, by default the host's own variables. */
export function connectionOf(_host: Host, _scope?: Scope): ConnectionResult {
  throw new Error('not written yet');
}
