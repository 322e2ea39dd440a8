import type { ContractCase } from './case.ts';

/** The same refusal on every kind of host. */
export function everywhere(reason: RegExp): NonNullable<ContractCase['refusedOn']> {
  return { bullseye: reason, bookworm: reason, trixie: reason, busybox: reason };
}
