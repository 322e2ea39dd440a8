import { nameHosts } from '../host-names.ts';
import { line, span } from '../line.ts';
import { count } from '../quantity.ts';
import type { Style } from '../style.ts';
import { block, type Row } from './section.ts';

export interface SummaryOptions {
  readonly style: Style;
  /** Show unified diffs of texts. */
  readonly diff: boolean;
  /** 0 … 3, as `-v` was given. */
  readonly verbosity: number;
  /** How many names and ranges of hosts are written out. */
  readonly mostNames: number;
}

/** Whom a section speaks of: the name of one host, or how many. */
export function whom(hosts: readonly string[]): string {
  return hosts.length === 1 ? hosts[0]! : count(hosts.length, 'host');
}

/** Which hosts these are, when `whom` has only said how many. */
export function namesRows(hosts: readonly string[], { style, mostNames }: SummaryOptions): readonly Row[] {
  if (hosts.length === 1) return [];
  return [block(line('  ', span(`on ${nameHosts(hosts, style.symbols, mostNames)}`, 'dim')))];
}
