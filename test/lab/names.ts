import type { Distro } from './types.ts';

/**
 * Everything the lab makes on this machine is named after the lab, its slot and the host's index, so that it can
 * be found and taken down without any memory of having been made. A slot is the number of a lab on this machine.
 */

/** Host addresses end in 2 … 251; `.1` is this machine's. */
export const MAX_HOSTS = 250;
export const MAX_SLOTS = 200;

/** Short enough for a host's cgroup, netns and paths, and without characters that overlay options give a meaning. */
export function isLabName(name: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,31}$/.test(name);
}

export function hostName(distro: Distro, number: number): string {
  return `${distro}${number}`;
}

/** A locally administered address that the slot's bridge keeps while hosts come and go. */
export function bridgeMac(slot: number): string {
  return `02:70:6c:ff:00:${slot.toString(16).padStart(2, '0')}`;
}

export function bridgeName(slot: number): string {
  return `plab${slot}`;
}

/** The bridge's alias says whose it is. */
export function bridgeAlias(lab: string): string {
  return `provision-lab:${lab}`;
}

/** This machine's end of a host's cable. */
export function cableName(slot: number, index: number): string {
  return `plab${slot}h${index}`;
}

export function namespaceName(lab: string, host: string): string {
  return `provision-lab.${lab}.${host}`;
}

export function controllerAddress(slot: number): string {
  return `10.213.${slot}.1`;
}

/** @param index 1 … {@link MAX_HOSTS} */
export function hostAddress(slot: number, index: number): string {
  return `10.213.${slot}.${index + 1}`;
}

/** A fixed, locally administered address, so that a host stays the same neighbour after it was reset. */
export function hostMac(slot: number, index: number): string {
  const hex = (value: number): string => value.toString(16).padStart(2, '0');
  return `02:70:6c:00:${hex(slot)}:${hex(index)}`;
}
