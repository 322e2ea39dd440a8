import type { Json } from '../../src/engine/json.ts';

export type Distro = 'bullseye' | 'bookworm' | 'trixie' | 'busybox';

/**
 * One thing a step kind promises, tried on every lab host: the dry run writes nothing and lists exactly what
 * apply does, and applying again changes nothing.
 */
export interface ContractCase {
  readonly title: string;
  /** As in a playbook's `steps:`. */
  readonly steps: readonly Json[];
  /** Run as root on the host first (sh), past the tool: the state the case starts from. */
  readonly prepare?: string;
  /** Run as root on the host afterwards (sh); must exit 0. */
  readonly after?: string;
  /** Files on the controller, relative to the playbook. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** How many changes the dry run must list, where that is worth pinning. */
  readonly expectChanges?: number;
  /** The case cannot work there, and the tool says so before it touches the host. */
  readonly refusedOn?: Partial<Record<Distro, RegExp>>;
  readonly only?: readonly Distro[];
  /** It changes more than files and their modes, as an ACL of a directory that stays: the host begins anew after it. */
  readonly beyondFiles?: boolean;
  /** Prove by content (`--deep`). */
  readonly deep?: boolean;
}
