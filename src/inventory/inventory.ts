import type { Diagnostic, Range } from '../documents/diagnostic.ts';
import type { Path, SourceDocument } from '../documents/source-document.ts';
import type { VariableLayer } from './precedence.ts';

/** One definition of a variable, as written; shared by all hosts that see it. */
export interface VariableDefinition {
  readonly name: string;
  /** As written: texts may hold `{{ }}`. */
  readonly value: unknown;
  readonly layer: VariableLayer;
  /** The group or host it was written for. */
  readonly owner: string;
  readonly document: SourceDocument;
  readonly path: Path;
}

export interface VariableOrigin {
  readonly file: string;
  readonly range: Range;
  readonly layer: VariableLayer;
  readonly owner: string;
}

export interface Host {
  readonly name: string;
  /** All groups, parents included, without `all` and `ungrouped`; sorted. */
  readonly groups: readonly string[];
  /** Every variable after precedence, as written (texts may hold `{{ }}`). Built on first use; frozen. */
  readonly vars: Readonly<Record<string, unknown>>;
  /** The definitions that are written for this host alone; they win over those of its groups. */
  readonly own: ReadonlyMap<string, VariableDefinition>;
  /** What it has from its groups: one object for all hosts of the same groups. */
  readonly inherited: ReadonlyMap<string, VariableDefinition>;
  /** The definition that won. */
  definition(name: string): VariableDefinition | undefined;
  origin(name: string): VariableOrigin | undefined;
  /** Where the host is first named; undefined for hosts of a literal list. */
  readonly position: HostPosition | undefined;
}

export interface HostPosition {
  readonly file: string;
  readonly range: Range;
  readonly document: SourceDocument;
}

export interface Group {
  readonly name: string;
  /** Directly in it. */
  readonly hosts: readonly string[];
  readonly children: readonly string[];
  readonly parents: readonly string[];
  /** Length of the longest way from `all`, which has 0. */
  readonly depth: number;
  /** `ansible_group_priority`, by default 1. */
  readonly priority: number;
  /** Its own variables, inline and from group_vars, after precedence. */
  readonly definitions: ReadonlyMap<string, VariableDefinition>;
}

export interface SelectOptions {
  /** A second pattern (`--limit`): only hosts that match both are selected. */
  readonly limit?: string;
}

export interface Selection {
  /** In the order of the inventory. */
  readonly hosts: readonly Host[];
  /** Unknown names (with the nearest spelling), bad patterns, nothing left. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface Inventory {
  readonly hosts: ReadonlyMap<string, Host>;
  /** With `all` and `ungrouped`. */
  readonly groups: ReadonlyMap<string, Group>;
  /** Hosts that match a pattern such as `web:&prod:!web07`; see `pattern.ts`. */
  select(pattern: string, options?: SelectOptions): Selection;
}
