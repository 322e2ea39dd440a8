/** The systems a lab host can run: Debian 12, 11 and 13, or a root of busybox and dropbear and nothing more. */
export const DISTROS = ['bookworm', 'bullseye', 'trixie', 'busybox'] as const;
export type Distro = (typeof DISTROS)[number];

/** The accounts with the lab's key: `ops` has sudo without a password, and is missing on busybox. */
export type LoginUser = 'root' | 'ops';

/** How many hosts of each system are wanted. */
export type HostCounts = Readonly<Partial<Record<Distro, number>>>;

/** A host of a lab. It is plain data: everything that is done with it is a function of {@link Lab}. */
export interface LabHost {
  /** System and number, such as `bookworm1`: unique within its lab, and the host's own hostname. */
  readonly name: string;
  readonly distro: Distro;
  /** IPv4 address, reachable from this machine and from the lab's other hosts only. */
  readonly address: string;
  /** Of sshd. */
  readonly port: number;
  /** Directory of the overlay that holds what was written on the host's file system since its first state. */
  readonly upper: string;
  /** Where the host's root file system is seen from this machine; without the tmpfs mounts made inside it. */
  readonly root: string;
  /** Size of the host's disk in MiB; undefined when it shares this machine's disk without a limit. */
  readonly diskMiB?: number;
}

export interface HostStatus {
  readonly name: string;
  readonly distro: Distro;
  readonly address: string;
  readonly state: 'running' | 'stopped';
  /** `cut`: its packets are dropped. */
  readonly network: 'connected' | 'cut' | 'none';
  /** Id of the host's init, seen from this machine. */
  readonly pid?: number;
  readonly diskMiB?: number;
}
