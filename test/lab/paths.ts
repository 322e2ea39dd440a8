import { join } from 'node:path';

/** Where bases, host keys and the Go archive are kept between labs. */
export function cacheDirectory(): string {
  return process.env.PROVISION_LAB_CACHE ?? '/var/cache/provision-lab';
}

/**
 * A directory for one kind of build, which is done by one process at a time: so what an earlier one left there when
 * it was killed can be removed by the next.
 */
export function buildDirectory(kind: string): string {
  return join(cacheDirectory(), 'building', kind);
}

/** What is known of a running lab: small files, gone when it is taken down. */
export function stateDirectory(lab: string): string {
  return join('/run/provision-lab', lab);
}

/** Where one host's things are. */
export interface HostPaths {
  readonly directory: string;
  /** Present on hosts with a disk of their own: its image and where that is mounted. */
  readonly image: string;
  readonly disk: string;
  /** What is made for this host alone and is not counted as written on it: hostname, ssh host keys, machine id. */
  readonly identity: string;
  readonly upper: string;
  readonly work: string;
  readonly root: string;
  /** The host's console. */
  readonly log: string;
  /** What wires the host again when it reboots. */
  readonly wiring: string;
  /** Small facts: which system, which address. */
  readonly record: string;
}

export function hostPaths(lab: string, host: string, ownDisk: boolean): HostPaths {
  const directory = join(cacheDirectory(), 'labs', lab, host);
  const disk = join(directory, 'disk');
  const layers = ownDisk ? disk : directory;
  return {
    directory,
    image: join(directory, 'disk.img'),
    disk,
    identity: join(directory, 'identity'),
    upper: join(layers, 'upper'),
    work: join(layers, 'work'),
    root: join(directory, 'root'),
    log: join(directory, 'console.log'),
    wiring: join(directory, 'wiring'),
    record: join(stateDirectory(lab), 'hosts', `${host}.json`),
  };
}
