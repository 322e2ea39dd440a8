import type { Measured } from '../measure/turns.ts';

/** A part's contestants, measured together. */
export interface Group {
  /** What is measured, as a heading. */
  readonly title: string;
  /** 0 when no host has a part in it. */
  readonly hosts: number;
  readonly rows: readonly Measured[];
  /** Names of rows that the others are compared with, round by round. */
  readonly baselines: readonly string[];
}

/** Figures that are no times of commands. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Times of one contestant at several places of an axis. */
export interface Series {
  readonly plot: 'hosts' | 'latency';
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly seconds: number }[];
}

export interface PartFindings {
  readonly groups: readonly Group[];
  readonly tables?: readonly Table[];
  readonly series?: readonly Series[];
  /** What a reader must know of how it was made, or what could not be measured. */
  readonly notes: readonly string[];
}

/** Where and when a part was measured. Parts of one file may have been measured at different times. */
export interface Circumstances {
  /** ISO 8601. */
  readonly made: string;
  readonly commit: string;
  readonly machine: string;
  readonly versions: string;
  readonly rounds: number;
  /** How long the part took, in seconds. */
  readonly seconds: number;
}

export interface PartResult extends PartFindings {
  readonly id: string;
  readonly title: string;
  readonly circumstances: Circumstances;
  /** Why the part has no figures, or not all. */
  readonly error?: string;
}

export interface Results {
  /** Grows when a reader would break. */
  readonly format: 1;
  readonly parts: readonly PartResult[];
}
