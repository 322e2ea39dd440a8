import type { Change } from '../../engine/change.ts';
import { changeToJson } from '../../engine/change.ts';
import { sameJson } from '../../engine/json.ts';
import type { UfwRule } from '../../looks/ufw/rule.ts';
import type { Arrangement, Placement } from './arrange.ts';
import { commentText, ruleText, showsFamily } from './rule-text.ts';

const RESOURCE = 'ufw rule';

/** A wanted rule's place in the lists of both families; a family it is not for is absent. */
export interface PlacedRule {
  readonly v4?: Placement;
  readonly v6?: Placement;
}

/**
 * One change a rule and attribute. What changes for IPv4 and IPv6 alike is one change; what changes for one
 * of them only is marked `(v4)` or `(v6)`, as ufw's own status does.
 */
export function ruleChanges(
  placed: readonly PlacedRule[],
  removed: { readonly v4: Arrangement['removed']; readonly v6: Arrangement['removed'] },
  ipv6: boolean,
): readonly Change[] {
  const listed = placed.flatMap(({ v4, v6 }) =>
    merge(v4 === undefined ? [] : placementChanges(v4), v6 === undefined ? [] : placementChanges(v6), ipv6),
  );
  return [...listed, ...merge(removed.v4.map(removal), removed.v6.map(removal), ipv6)];
}

interface Marked {
  readonly change: Change;
  readonly rule: UfwRule;
}

function placementChanges({ rule, before, moved }: Placement): readonly Marked[] {
  const target = ruleText(rule);
  if (before === undefined) {
    return [{ rule, change: { resource: RESOURCE, target, action: 'create', after: described(rule) } }];
  }
  const update = (attribute: string, was: string, becomes: string): readonly Marked[] =>
    was === becomes
      ? []
      : [
          {
            rule,
            change: { resource: RESOURCE, target, action: 'update', attribute, before: was, after: becomes },
          },
        ];
  return [
    ...update('action', before.action, rule.action),
    ...update('log', before.log || 'off', rule.log || 'off'),
    ...update('comment', commentText(before), commentText(rule)),
    ...(moved === undefined ? [] : update('order', place(moved.from), place(moved.to))),
  ];
}

function removal(rule: UfwRule): Marked {
  return {
    rule,
    change: { resource: RESOURCE, target: ruleText(rule), action: 'delete', before: described(rule) },
  };
}

function described(rule: UfwRule): string {
  const comment = commentText(rule);
  return comment === '' ? ruleText(rule) : `${ruleText(rule)} comment "${comment}"`;
}

function place(previous: UfwRule | undefined): string {
  return previous === undefined ? 'first' : `after ${ruleText(previous)}`;
}

function merge(v4: readonly Marked[], v6: readonly Marked[], ipv6: boolean): readonly Change[] {
  const has = (list: readonly Marked[], one: Marked): boolean =>
    list.some(({ change }) => sameJson(changeToJson(change), changeToJson(one.change)));
  const changes: Change[] = [];
  for (const one of unique(v4)) changes.push(has(v6, one) || !ipv6 ? one.change : marked(one, 'v4'));
  for (const one of unique(v6)) if (!has(v4, one)) changes.push(marked(one, 'v6'));
  return changes;
}

/** An application profile has one rule for each of its ports, all of one text. */
function unique(list: readonly Marked[]): readonly Marked[] {
  const seen = new Set<string>();
  return list.filter(({ change }) => {
    const key = JSON.stringify(changeToJson(change));
    return seen.has(key) ? false : seen.add(key);
  });
}

function marked({ change, rule }: Marked, family: 'v4' | 'v6'): Change {
  return showsFamily(rule) ? change : { ...change, target: `${change.target} (${family})` };
}
