import type { Json } from '../../engine/json.ts';
import type { Prediction } from '../../engine/look.ts';
import type { Overlay } from '../../engine/overlay.ts';
import type { Shell } from '../../shell/quote.ts';

/** One fact about a host, gathered only where a playbook names it. */
export interface Fact {
  /** As in `facts.NAME`. */
  readonly name: string;
  /** One line for the reference. */
  readonly summary: string;
  readonly example: Json;
  /** The values that it has on real hosts, where these are few: what depends on it can then be checked without a host. */
  readonly values?: readonly Json[];
  /** Prints the raw material on standard output, from cheap sources. */
  readonly script: Shell;
  /** Reads it. Throws `LookError` when the host's answer makes no sense. */
  parse(output: string, context: FactContext): Json;
  /** What becomes of it by earlier steps; see `HostLookKind.predict`. */
  predict?(overlay: Overlay): Prediction<Json> | undefined;
}

export interface FactContext {
  /** When the answer came in, by the controller's clock: milliseconds since the epoch. */
  readonly received: number;
}
