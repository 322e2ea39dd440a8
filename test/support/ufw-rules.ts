import type { UfwRuleSet } from '../../src/looks/ufw/look.ts';
import type { RuleArgs } from '../../src/steps/ufw/schema.ts';
import { wantedOn, wantedRules } from '../../src/steps/ufw/wanted.ts';

/** The lists of a host that has exactly these rules, written as in a playbook. */
export function ufwRules(rules: readonly RuleArgs[], ipv6 = true): UfwRuleSet {
  const wanted = wantedOn(wantedRules(rules), ipv6);
  return { v4: wanted.flatMap(({ v4 }) => v4 ?? []), v6: wanted.flatMap(({ v6 }) => v6 ?? []) };
}
