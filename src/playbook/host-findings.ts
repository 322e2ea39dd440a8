import type { Diagnostic } from '../documents/diagnostic.ts';
import type { HostProgram } from '../engine/host-program.ts';
import type { Play } from '../engine/playbook.ts';

/** Collects what is found on hosts: the same finding on many of them is told once, with their names. */
export interface HostFindings {
  add(diagnostic: Diagnostic, play: Play, hosts: readonly string[]): void;
  diagnostics(): readonly Diagnostic[];
}

/** More findings of one code at one place are summed up. */
const MAX_ALIKE = 3;

interface Finding {
  readonly diagnostic: Diagnostic;
  readonly plays: Set<Play>;
  readonly hosts: Set<string>;
}

/** @param programs of all hosts that findings may be on. */
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
    return [...alike(findings.values()).values()].flatMap((similar) => {
      // The same trouble at the same place with each host's own words: one of them is enough.
      const shown = similar.length > MAX_ALIKE ? similar.slice(0, 1) : similar;
      const left = similar.slice(shown.length).reduce((sum, { hosts }) => sum + hosts.size, 0);
      return shown.map((finding) => worded(finding, left));
    });
  }

  function worded({ diagnostic, plays, hosts }: Finding, left: number): Diagnostic {
    const selected = programs.filter(({ sections }) => sections.some(({ play }) => plays.has(play)));
    if (hosts.size >= selected.length) return diagnostic;
    const more = left === 0 ? '' : ` (and the like on ${left} more)`;
    return {
      ...diagnostic,
      message: `${diagnostic.message} on ${hostList([...hosts], selected.length)}${more}`,
    };
  }

  return { add, diagnostics };
}

function alike(findings: Iterable<Finding>): ReadonlyMap<string, readonly Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { code, file = '', range } = finding.diagnostic;
    const key = [code, file, range?.start.offset, range?.end.offset].join('\u0000');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return groups;
}

/** `web01`, `web01, web02`, `web01, web02 and 7 more of 20 hosts`. */
function hostList(hosts: readonly string[], selected: number): string {
  if (hosts.length <= 3) return hosts.join(', ');
  return `${hosts.slice(0, 2).join(', ')} and ${hosts.length - 2} more of ${selected} hosts`;
}
