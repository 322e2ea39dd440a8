import type { HostKeyPolicy } from '../host-keys/known-hosts-check.ts';

/** What the system's ssh is told beyond what its own ssh_config says. */
export interface OpenSshSettings {
  /** The host's name as `Host` in ssh_config knows it. */
  readonly name: string;
  /** Where it is, when that is said elsewhere than in ssh_config. */
  readonly hostName?: string;
  readonly port?: number;
  /** Who logs in, where that is found out here; else ssh does, by its configuration. */
  readonly user?: string;
  /** In place of ssh's own ssh_config; `none` for none. */
  readonly configFile?: string;
  /** In place of ssh's own files, for the hosts on the way too. */
  readonly knownHosts?: readonly string[];
  readonly hostKeyPolicy: HostKeyPolicy;
  /** For all hosts on the way. */
  readonly jumpPolicy: HostKeyPolicy;
  /** Private keys that somebody named. */
  readonly identityFiles: readonly string[];
  /** As ProxyJump takes them. */
  readonly proxyJump: readonly string[];
}
