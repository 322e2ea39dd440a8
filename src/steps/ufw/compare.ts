import type { Change } from '../../engine/change.ts';
import { refuseLockout } from '../../engine/guard/refuse-lockout.ts';
import { rememberNewest } from '../../engine/remember.ts';
import { type Comparison, converged } from '../../engine/step-kind.ts';
import { fail, type View } from '../../engine/view.ts';
import { connectionLook } from '../../looks/connection.ts';
import {
  type UfwAnswer,
  type UfwDirection,
  type UfwPolicy,
  type UfwState,
  ufwLook,
} from '../../looks/ufw/look.ts';
import { admission } from './admission.ts';
import { type Arrangement, arrange } from './arrange.ts';
import { type UfwJob, ufwAction } from './driver.ts';
import { ufwGuard } from './guard.ts';
import { ruleChanges } from './rule-changes.ts';
import type { UfwArgs } from './schema.ts';
import { type WantedRule, wantedOn, wantedRules } from './wanted.ts';

const DIRECTIONS = ['incoming', 'outgoing', 'routed'] as const;
const NO_RULES: NonNullable<UfwArgs['rules']> = [];

/** The firewall with these rules, policies and state. */
export function compare(args: UfwArgs, view: View): Comparison {
  if (args.complete === true && args.rules === undefined) {
    fail('"complete: true" without "rules" would remove every rule', 'write "rules: []" when that is meant');
  }
  const wanted = wantedRules(args.rules ?? NO_RULES);
  const look = ufwLook();
  const [answer] = view.see(look);
  const now = requireUfw(answer);
  const arranged = arrangeRules(wanted, now, args.complete === true);
  const rules = ruleChanges(arranged.placed, { v4: arranged.v4.removed, v6: arranged.v6.removed }, now.ipv6);
  const policies = Object.fromEntries(
    DIRECTIONS.flatMap((direction) => {
      const policy = args[direction];
      return policy === undefined || policy === now.policies[direction] ? [] : [[direction, policy]];
    }),
  ) as Partial<Record<UfwDirection, UfwPolicy>>;
  const logging = args.logging === now.logging ? undefined : args.logging;
  const state = stateChange(args, now);
  const changes: readonly Change[] = [
    ...rules,
    ...DIRECTIONS.flatMap((direction) =>
      settingChange(direction, now.policies[direction], policies[direction]),
    ),
    ...settingChange('logging', now.logging, logging),
    ...(state === undefined ? [] : [state]),
  ];
  if (changes.length === 0) return converged();
  const enabled = args.state === undefined ? now.enabled : args.state === 'enabled';
  const next: UfwState = {
    ...now,
    enabled,
    running: enabled ? { state: 'yes' } : args.state === undefined ? now.running : { state: 'no' },
    policies: { ...now.policies, ...policies },
    logging: logging ?? now.logging,
    rules: { v4: arranged.v4.list, v6: arranged.v6.list },
  };
  if (enabled) requireWayIn(next, view);
  return {
    changes,
    guard: ufwGuard(now),
    effects: [{ type: 'answer', key: look.key, value: next }],
    actions: () => [
      ufwAction('setting up ufw', {
        ...(rules.length === 0 ? {} : { rules: next.rules }),
        lines: now.lines,
        policies,
        ...(logging === undefined ? {} : { logging }),
        kernel: kernelWork(next, state !== undefined, now, Object.keys(policies).length > 0),
      }),
    ],
  };
}

function requireUfw(answer: UfwAnswer): UfwState {
  switch (answer.kind) {
    case 'present':
      return answer;
    case 'absent':
      return fail(
        'this host has no ufw',
        'install the package "ufw" first, or leave this host out with "when"',
      );
    case 'denied':
      return fail("this user may not read ufw's rules", 'set "become: true" on the step or the play');
    case 'damaged':
      return fail(`ufw on this host lacks its file ${answer.missing}`, 'reinstall the package "ufw"');
  }
}

interface Arranged {
  readonly v4: Arrangement;
  readonly v6: Arrangement;
  readonly placed: Parameters<typeof ruleChanges>[0];
}

const arrangeRules = rememberNewest(
  (wanted: readonly WantedRule[], now: UfwState, complete: boolean): Arranged => {
    const here = wantedOn(wanted, now.ipv6);
    const ones = (family: 'v4' | 'v6') =>
      here.flatMap((one) => {
        const rule = one[family];
        return rule === undefined ? [] : [{ one, rule, managesComment: one.managesComment }];
      });
    const [ones4, ones6] = [ones('v4'), ones('v6')];
    const v4 = arrange(now.rules.v4, ones4, complete);
    const v6 = arrange(now.rules.v6, ones6, complete);
    const placed = here.map((one) => {
      const at4 = v4.placements[ones4.findIndex((other) => other.one === one)];
      const at6 = v6.placements[ones6.findIndex((other) => other.one === one)];
      return { ...(at4 === undefined ? {} : { v4: at4 }), ...(at6 === undefined ? {} : { v6: at6 }) };
    });
    return { v4, v6, placed };
  },
);

function settingChange(target: string, before: string, after: string | undefined): readonly Change[] {
  if (after === undefined) return [];
  const attribute = target === 'logging' ? 'level' : 'policy';
  return [{ resource: 'ufw', target, action: 'update', attribute, before, after }];
}

/** On or off, in the files and in the kernel. */
function stateChange(args: UfwArgs, now: UfwState): Change | undefined {
  // Enabled but not loaded is never as it should be, also where the state is not managed.
  const wanted = args.state ?? (now.enabled ? 'enabled' : undefined);
  if (wanted === undefined) return undefined;
  const base = { resource: 'ufw', target: 'firewall', action: 'update' } as const;
  const before = now.enabled ? 'enabled' : 'disabled';
  if (before !== wanted) return { ...base, attribute: 'state', before, after: wanted };
  const { running } = now;
  const found = running.state === 'broken' ? `no: ${running.reason}` : running.state;
  if (now.enabled) {
    return running.state === 'yes'
      ? undefined
      : { ...base, attribute: 'running', before: found, after: 'yes' };
  }
  return running.state === 'no' ? undefined : { ...base, attribute: 'running', before: 'yes', after: 'no' };
}

/** ufw hooks its policies up when it starts: for another policy it has to start anew. */
function kernelWork(
  next: UfwState,
  stateChanges: boolean,
  now: UfwState,
  policiesChange: boolean,
): UfwJob['kernel'] {
  if (stateChanges) return next.enabled ? 'restart' : 'stop';
  if (!now.enabled) return 'leave';
  return policiesChange ? 'restart' : 'update';
}

/** Fails when the firewall would turn this controller away. */
function requireWayIn(next: UfwState, view: View): void {
  const [peer] = view.see(connectionLook());
  if (!peer.known) {
    refuseLockout(
      view,
      'no SSH connection of this run was found on the host, so it cannot be proven that it stays admitted',
      'log in over SSH, directly or with sudo',
    );
    return;
  }
  const { rules, ipv6, policies } = next;
  const verdict = admission({ rules, ipv6, incoming: policies.incoming }, peer);
  if (verdict.admitted) return;
  refuseLockout(
    view,
    `this would lock the controller out: new connections from ${peer.client} to port ${peer.port}/tcp would be stopped by ${verdict.by}`,
    `put { allow: ${peer.port}/tcp } or { allow: ${peer.port}/tcp, from: ${peer.client} } before it in "rules" (with "complete: true" when it stands behind rules that are not listed)`,
  );
}
