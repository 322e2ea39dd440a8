import type { ExecOptions } from './exec.ts';
import type { Mark } from './mark.ts';
import type { Checkpoint } from './restore.ts';
import type { Ran } from './run.ts';
import type { HostCounts, HostStatus, LabHost, LoginUser } from './types.ts';

/** A host, or its name. */
export type HostRef = LabHost | string;

export interface UpOptions {
  /** Gives each host a disk of its own of this size, so that it can be filled. Default: no limit. */
  readonly diskMiB?: number;
}

export interface KillSshdOptions {
  /** Also ends the connections that are open. Default false: only new ones are refused. */
  readonly sessions?: boolean;
}

/**
 * Real hosts on this machine, on a network that does not leave it. All state is in the kernel and in files, so any
 * number of processes can attach to the same lab. Faults that the user can mend are thrown as LabError.
 */
export interface Lab {
  readonly name: string;
  /** Where the lab keeps its small files: inventory, known_hosts. */
  readonly directory: string;
  /** Path of the private key that opens every host as `root` and, except on busybox, as `ops`. */
  readonly privateKey: string;
  /** Path of a known_hosts file with the keys of all hosts. */
  readonly knownHosts: string;

  /** All hosts that `up` has made, running or not. */
  hosts(): Promise<readonly LabHost[]>;
  host(name: string): Promise<LabHost>;
  status(): Promise<readonly HostStatus[]>;
  /** The address from which this machine's connections reach the hosts. */
  controllerAddress(): Promise<string>;

  /**
   * Makes sure that the first so many hosts of each system run and accept a login, and answers those. Hosts that run
   * are kept as they are, except that they are healed and have their sshd started; others start in their first state.
   */
  up(counts: HostCounts | number, options?: UpOptions): Promise<readonly LabHost[]>;
  /** Removes all hosts and everything that was made for them, also what a crash has left. */
  down(): Promise<void>;
  /** Brings hosts, side by side, back to the state in which `up` first gave them. Their ssh host keys stay. */
  reset(...hosts: readonly HostRef[]): Promise<void>;
  /** Pulls the plug: all processes die at once. The disk keeps what was written to it. */
  powerOff(host: HostRef): Promise<void>;
  /** Boots a host that is off, with the disk as it was left, and waits until it accepts a login. */
  powerOn(host: HostRef): Promise<void>;

  /** Has the host reboot itself, as an administrator would, and waits until it accepts a login again. */
  reboot(host: HostRef): Promise<void>;

  /** Drops every packet from and to the host: silence, never a reset. */
  cut(host: HostRef): Promise<void>;
  heal(host: HostRef): Promise<void>;
  /** Stops the host's SSH server: connections are refused. */
  killSshd(host: HostRef, options?: KillSshdOptions): Promise<void>;
  startSshd(host: HostRef): Promise<void>;

  /**
   * Fills the disk of a host that has one of its own (see {@link UpOptions}) until at most `leaveBytes`, by default
   * none, are free for anybody, root included. What fills it is not visible on the host.
   */
  fillDisk(host: HostRef, leaveBytes?: number): Promise<void>;
  freeDisk(host: HostRef): Promise<void>;

  /** Remembers the state of everything that can be written on the host. */
  mark(host: HostRef): Promise<Mark>;
  /**
   * Every path written, created, deleted or changed in its metadata since the mark, sorted; except for
   * {@link Lab.loginNoise}, unless `withNoise` is set.
   */
  written(host: HostRef, since: Mark, options?: { readonly withNoise?: boolean }): Promise<readonly string[]>;
  /** Remembers a host in its first state, for {@link Lab.restore}. Nobody should be logged in. */
  checkpoint(host: HostRef): Promise<Checkpoint>;
  /**
   * Like {@link Lab.reset}, but of a host of which only files were changed those are brought back while it runs on,
   * ten times as fast. Answers the checkpoint to come back to the next time.
   */
  restore(host: HostRef, checkpoint: Checkpoint): Promise<Checkpoint>;
  /** The paths that sshd, PAM and systemd write by themselves when somebody logs in. Nothing else is left out. */
  readonly loginNoise: readonly RegExp[];

  /** Where this machine has the file system of a host that is on. Absolute links in it lead out of the host. */
  root(host: HostRef): Promise<string>;
  /** Runs a command as root inside the host without ssh. A string is a script for its /bin/sh. */
  exec(host: HostRef, command: string | readonly string[], options?: ExecOptions): Promise<Ran>;
  /** The argument list of an OpenSSH client that logs in; the remote command, if any, is to be appended. */
  sshCommand(host: HostRef, user?: LoginUser): Promise<readonly string[]>;
  /** Writes an inventory in Ansible's YAML format. Default user: root. */
  writeInventory(file: string, options?: { readonly user?: LoginUser }): Promise<void>;
}
