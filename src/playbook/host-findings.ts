import type { Diagnostic } from '../documents/diagnostic.ts';
import type { HostProgram } from '../engine/host-program.ts';
import type { Play } from './model.ts';

/** Collects what is found on hosts: the same finding on many of them is told once, with their names. */
export interface HostFindings {
  add(diagnostic: Diagnostic, play: Play, hosts: readonly string[]): void;
  diagnostics(): readonly Diagnostic[];
}

interface Finding {
  readonly diagnostic: Diagnostic;
  readonly plays: Set<Play>;
  readonly hosts: Set<string>;
}

export function createHostFindings(programs: readonly HostProgram[]): HostFindings {
  const findings = new Map<string, Finding>();

  function add(diagnostic: Diagnostic, play: Play, hosts: readonly string[]): void {
    const { code, message, file = '', range } = diagnostic;
    const key = [code, message, file, range?.start.offset, range?.end.offset].join('\u0000');
    let finding = findings.get(key);
    if (finding === undefined) {
      finding = { diagnostic, plays: new Set(), hosts: new Set() };
      findings.set(key, finding);
    }
    finding.plays.add(play);
    for (const host of hosts) finding.hosts.add(host);
  }

  function diagnostics(): readonly Diagnostic[] {
    return [...findings.values()].map(({ diagnostic, plays, hosts }) => {
      const selected = programs.filter(({ sections }) => sections.some(({ play }) => plays.has(play)));
      if (hosts.size >= selected.length) return diagnostic;
      return { ...diagnostic, message: `${diagnostic.message} on ${hostList([...hosts], selected.length)}` };
    });
  }

  return { add, diagnostics };
}

/** `web01`, `web01, web02`, `web01, web02 and 7 more of 20 hosts`. */
export function hostList(hosts: readonly string[], selected: number): string {
  if (hosts.length <= 3) return hosts.join(', ');
  return `${hosts.slice(0, 2).join(', ')} and ${hosts.length - 2} more of ${selected} hosts`;
}
