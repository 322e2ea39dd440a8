import type { Diagnostic } from '../documents/diagnostic.ts';
import type { OfflineProblem } from '../engine/prepare.ts';
import { nameHosts } from '../reports/host-names.ts';
import { count } from '../reports/quantity.ts';
import { createStyle } from '../reports/style.ts';

/** What steps cannot do, found before the first connection; the same on several hosts is told once. */
export function offlineDiagnostics(problems: readonly OfflineProblem[]): readonly Diagnostic[] {
  const found = new Map<string, { problem: OfflineProblem; hosts: string[] }>();
  for (const problem of problems) {
    const { step, message, hint } = problem;
    const key = JSON.stringify([step.id, step.item, message, hint]);
    const one = found.get(key) ?? { problem, hosts: [] };
    found.set(key, one);
    one.hosts.push(problem.host);
  }
  return [...found.values()].map(({ problem, hosts }) => toDiagnostic(problem, hosts));
}

/** The same for `--json`. */
export function refusedEvent(problems: readonly OfflineProblem[]): object {
  return { event: 'refused', problems };
}

function toDiagnostic({ step, message, hint }: OfflineProblem, hosts: readonly string[]): Diagnostic {
  const position = { line: step.line, column: step.column, offset: 0 };
  const { symbols } = createStyle();
  const where =
    hosts.length === 1 ? `host ${hosts[0]}` : `${count(hosts.length, 'host')}: ${nameHosts(hosts, symbols)}`;
  return {
    severity: 'error',
    code: 'step-cannot-succeed',
    message: `"${step.name}": ${message} (${where})`,
    file: step.file,
    range: { start: position, end: position },
    ...(hint === undefined ? {} : { hint }),
  };
}
