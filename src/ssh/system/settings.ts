import type { HostKeyPolicy } from '../known-hosts-check.ts';

/** What the system's ssh is told beyond what its own ssh_config says. */
export interface OpenSshSettings {
  /** The host's name as `Host` in ssh_config knows it. */
  readonly name: string;
  /** Where it is, when that is said elsewhere than in ssh_config. */
  readonly hostName?: string;
  readonly port?: number;
  /** In place of ssh's own ssh_config; `none` for none. */
  readonly configFile?: string;
  /** In place of ssh's own files. */
  readonly knownHosts?: readonly string[];
  readonly hostKeyPolicy: HostKeyPolicy;
  /** Private keys that somebody named. */
  readonly identityFiles: readonly string[];
  /** As ProxyJump takes them. */
  readonly proxyJump: readonly string[];
}
