import type { Range, SourceText } from '../documents/diagnostic.ts';
import type { Expression } from '../expressions/expression.ts';
import type { VariableTable } from '../expressions/scope.ts';
import type { CompiledValue } from '../expressions/value.ts';
import type { BecomeMethod } from '../inventory/become-methods.ts';
import type { StepKind } from './step-kind.ts';

/** Where something stands in a playbook; lines and columns count from 1. */
export interface Origin {
  readonly file: string;
  readonly range: Range;
  readonly source?: SourceText;
}

/** A playbook file, compiled once for the whole fleet. */
export interface Playbook {
  readonly file: string;
  readonly plays: readonly Play[];
}

/** Steps for some hosts. */
export interface Play {
  readonly name: string;
  /** Inventory pattern. Empty when it could not be read. */
  readonly hosts: string;
  readonly hostsOrigin: Origin;
  /** `vars` over `vars_files`. */
  readonly vars: VariableTable;
  /** Where each of them is written. */
  readonly varOrigins?: ReadonlyMap<string, Origin>;
  readonly steps: readonly PlaybookStep[];
  /** What steps of no known kind would have registered. */
  readonly lostResults?: ReadonlySet<string>;
  /** Where relative paths of the controller start: the folder of the playbook file. */
  readonly baseDirectory: string;
}

/** One step as written, with everything compiled that does not depend on a host. */
export interface PlaybookStep {
  /** Unique in the run and stable for the same files: `playbooks/go.yml#3`, in an include `playbooks/go.yml#3.1`. */
  readonly id: string;
  /** May hold `{{ }}`; absent when the step has no name of its own. */
  readonly name?: CompiledValue;
  readonly kind: StepKind<never>;
  readonly args: CompiledValue;
  /**
   * Checks resolved arguments against the kind's schema; only asked for arguments that are not constant. What it says
   * quotes no value when they are `sensitive`.
   */
  readonly checkArgs: (args: unknown, sensitive?: boolean) => string | undefined;
  /** All must be true. */
  readonly when: readonly Expression[];
  readonly loop?: CompiledValue;
  readonly vars?: VariableTable;
  readonly become?: boolean;
  readonly becomeUser?: string;
  readonly becomeMethod?: BecomeMethod;
  readonly tags: readonly string[];
  /** How often a failed apply is tried again. */
  readonly retries: number;
  /** Seconds between tries. */
  readonly delay: number;
  /** Seconds for the step's work on a host. */
  readonly timeout: number;
  readonly register?: string;
  readonly registerOrigin?: Origin;
  readonly ignoreErrors: boolean;
  /** Nothing is told of it but what it changes. */
  readonly noLog?: boolean;
  readonly origin: Origin;
  /** Of the key that names the kind. */
  readonly kindOrigin?: Origin;
  /** An error was found in it while loading: it stands for its place and its result, and must not be compared. */
  readonly flawed?: boolean;
}
