import type { Action } from '../../engine/step-kind.ts';
import type { UfwDirection, UfwPolicy } from '../../looks/ufw/look.ts';
import type { UfwRule } from '../../looks/ufw/rule.ts';
import { bytesInput } from '../../shell/input.ts';
import { joinShell, sh } from '../../shell/quote.ts';
import { PROGRAM } from './program.ts';

/** What is to be done to ufw on a host, in one go. */
export interface UfwJob {
  /** The whole lists as they are to be; absent when no rule changes. */
  readonly rules?: { readonly v4: readonly UfwRule[]; readonly v6: readonly UfwRule[] };
  /** The rule lines that were observed: when others stand there by now, nothing is done. */
  readonly lines: { readonly v4: readonly string[]; readonly v6: readonly string[] };
  readonly policies: Readonly<Partial<Record<UfwDirection, UfwPolicy>>>;
  readonly logging?: string;
  /**
   * What becomes of the rules in the kernel: `update` what is loaded, `restart` (also: start, and enable at
   * boot), `stop` (also: disable at boot), or `leave` them, when only files change.
   */
  readonly kernel: 'update' | 'restart' | 'stop' | 'leave';
}

/** The action that carries a job out. */
export function ufwAction(title: string, job: UfwJob): Action {
  const bytes = Buffer.from(JSON.stringify(jobToJson(job)));
  return {
    title,
    input: bytesInput(bytes),
    // Isolated mode: a folder "ufw" in the working directory must not pass for ufw's.
    script: joinShell([
      sh`ufw=$(command -v ufw)`,
      sh`IFS= read -r first <"$ufw"`,
      sh`case $first in '#!'*python*) ;; *) echo "$ufw does not name its Python in its first line" >&2; exit 1 ;; esac`,
      sh`set -- \${first#??}`,
      sh`"$1" -IB -c ${PROGRAM} "$ufw" >/dev/null`,
    ]),
  };
}

function jobToJson(job: UfwJob): unknown {
  return {
    rules: job.rules === undefined ? null : [job.rules.v4.map(fields), job.rules.v6.map(fields)],
    lines: [job.lines.v4, job.lines.v6],
    policies: job.policies,
    logging: job.logging ?? null,
    kernel: job.kernel,
  };
}

/** In the order of `make` in the program. */
function fields(rule: UfwRule): readonly (string | boolean)[] {
  return [
    rule.action,
    rule.log,
    rule.routed,
    rule.protocol,
    rule.toPort,
    rule.to,
    rule.fromPort,
    rule.from,
    rule.toApp,
    rule.fromApp,
    rule.direction,
    rule.inInterface,
    rule.outInterface,
    rule.comment,
  ];
}
