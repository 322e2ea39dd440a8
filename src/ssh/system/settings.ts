import type { HostKeyPolicy } from '../host-keys/known-hosts-check.ts';
import type { Login } from '../login/login.ts';
import type { Slots } from '../slots.ts';

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
  /** In place of ssh's own files, for hosts on the way that only ssh knows of too. */
  readonly knownHosts?: readonly string[];
  readonly hostKeyPolicy: HostKeyPolicy;
  /** For hosts on the way that only ssh knows of. */
  readonly jumpPolicy: HostKeyPolicy;
  /** Private keys that somebody named. */
  readonly identityFiles: readonly string[];
  /** As ProxyJump takes them; empty where ssh is to find the way. */
  readonly proxyJump: readonly string[];
  /** The hosts on the way that are known here, each once, those that are reached first before the others. */
  readonly jumpHosts: readonly JumpHostSettings[];
  /** Those of the places on the way, each once and in an order that is the same for all hosts: who logs in takes one of each. */
  readonly rooms: readonly Slots[];
}

/** What the system's ssh is told of a host on the way, before what its own ssh_config says of it. */
export interface JumpHostSettings {
  /** By which ProxyJump names it, and `Host` in ssh_config knows it. */
  readonly name: string;
  readonly hostName?: string;
  readonly port?: number;
  readonly user?: string;
  readonly identityFiles: readonly string[];
  /** In place of ssh's own files. */
  readonly knownHosts?: readonly string[];
  readonly hostKeyPolicy: HostKeyPolicy;
  /** The way to it, as ProxyJump takes it; empty where ssh is to find it. */
  readonly proxyJump: readonly string[];
  /** Answers to what ssh asks of its keys. */
  readonly login: Login;
}
