import type { Diagnostic } from '../documents/diagnostic.ts';
import { nearest } from '../documents/suggest.ts';
import { expandHostRange } from './host-range.ts';
import type { Group, Host, Inventory, Selection, SelectOptions } from './inventory.ts';
import { isGlob, nameMatcher, type PatternTerm, parsePattern } from './pattern.ts';

type Hosts = ReadonlyMap<string, Host>;
type Groups = ReadonlyMap<string, Group>;

/** The `select` of an inventory. */
export function createSelector(hosts: Hosts, groups: Groups): Inventory['select'] {
  const members = new Map<string, ReadonlySet<string>>();

  function membersOf(group: Group): ReadonlySet<string> {
    const known = members.get(group.name);
    if (known) return known;
    const found = new Set(group.name === 'all' ? hosts.keys() : hostsBelow(group, groups));
    members.set(group.name, found);
    return found;
  }

  function isKnown(name: string): boolean {
    return hosts.has(name) || groups.has(name);
  }

  /** Names of the hosts of one term, in the order of the inventory. */
  function matching(term: PatternTerm, report: (diagnostic: Diagnostic) => void): ReadonlySet<string> {
    const found = named(term.text) ?? patterned(term, report);
    const { subscript } = term;
    if (!subscript) return found;
    // The group's own order counts here, as in Ansible.
    const ordered = [...found];
    const { from, to } = subscript;
    return new Set(
      to === from ? ordered.slice(from).slice(0, 1) : ordered.slice(from, to === undefined ? to : to + 1),
    );
  }

  function named(name: string): ReadonlySet<string> | undefined {
    const group = groups.get(name === '*' ? 'all' : name);
    if (group && (group.name === 'all' || !hosts.has(name))) return membersOf(group);
    if (!isKnown(name)) return undefined;
    return new Set([...(group ? membersOf(group) : []), ...(hosts.has(name) ? [name] : [])]);
  }

  function patterned({ text }: PatternTerm, report: (diagnostic: Diagnostic) => void): ReadonlySet<string> {
    const range = text.includes(':') ? expandHostRange(text) : undefined;
    const names = range?.ok && range.names.length > 1 ? range.names.filter((name) => hosts.has(name)) : [];
    if (names.length > 0) return new Set(names);
    const found = new Set<string>();
    if (isGlob(text) || text.startsWith('~')) {
      const matches = nameMatcher(text);
      if (typeof matches !== 'function') {
        const { reason, hint } = matches;
        report(problem('error', 'bad-pattern', `bad host pattern \`${text}\`: ${reason}`, hint));
        return found;
      }
      for (const group of groups.values())
        if (matches(group.name)) for (const name of membersOf(group)) found.add(name);
      for (const name of hosts.keys()) if (matches(name)) found.add(name);
      if (found.size === 0)
        report(problem('warning', 'pattern-without-hosts', `no host or group matches \`${text}\``));
      return found;
    }
    const near = nearest(text, [...groups.keys(), ...hosts.keys()]);
    const message = `there is no host or group \`${text}\` in the inventory`;
    report(problem('error', 'unknown-host', message, near ? `did you mean \`${near}\`?` : groupList(groups)));
    return found;
  }

  function evaluate(pattern: string, report: (diagnostic: Diagnostic) => void): ReadonlySet<string> {
    let chosen: ReadonlySet<string> = new Set();
    for (const term of parsePattern(pattern, isKnown)) {
      const found = matching(term, report);
      if (term.operator === 'union') chosen = chosen.size === 0 ? found : new Set([...chosen, ...found]);
      else {
        const keep = term.operator === 'intersection';
        chosen = new Set([...chosen].filter((name) => found.has(name) === keep));
      }
    }
    return chosen;
  }

  return function select(pattern: string, { limit }: SelectOptions = {}): Selection {
    const diagnostics: Diagnostic[] = [];
    const report = (diagnostic: Diagnostic) => diagnostics.push(diagnostic);
    const chosen = evaluate(pattern, report);
    const limited = limit === undefined ? undefined : evaluate(limit, report);
    const selected = [...hosts.values()].filter(
      ({ name }) => chosen.has(name) && (limited?.has(name) ?? true),
    );
    if (selected.length === 0 && diagnostics.length === 0) {
      const reason = chosen.size > 0 ? ` within the limit \`${limit}\`` : '';
      report(problem('warning', 'no-hosts', `no host matches \`${pattern}\`${reason}`));
    }
    return { hosts: selected, diagnostics };
  };
}

const MOST_GROUPS = 12;

function groupList(groups: Groups): string | undefined {
  const names = [...groups.keys()].filter((name) => name !== 'all' && name !== 'ungrouped');
  if (names.length === 0) return undefined;
  const shown = names.slice(0, MOST_GROUPS).join(', ');
  return `the groups are ${shown}${names.length > MOST_GROUPS ? ` and ${names.length - MOST_GROUPS} more` : ''}`;
}

function hostsBelow(group: Group, groups: Groups): Iterable<string> {
  const below = new Set([group.name]);
  const found = new Set<string>();
  // `below` grows while it is walked.
  for (const name of below) {
    const { hosts, children } = groups.get(name)!;
    for (const host of hosts) found.add(host);
    for (const child of children) below.add(child);
  }
  return found;
}

function problem(severity: Diagnostic['severity'], code: string, message: string, hint?: string): Diagnostic {
  return { severity, code, message, ...(hint === undefined ? {} : { hint }) };
}
