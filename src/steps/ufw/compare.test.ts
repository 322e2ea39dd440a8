import { describe, expect, test } from 'vitest';
import { ufwRules } from '../../../test/support/ufw-rules.ts';
import { viewWith } from '../../../test/support/view.ts';
import { changeToJson } from '../../engine/change.ts';
import type { Comparison } from '../../engine/step-kind.ts';
import { StepFailure } from '../../engine/view.ts';
import { type ConnectionAnswer, connectionLook } from '../../looks/connection.ts';
import { type UfwAnswer, type UfwState, ufwLook } from '../../looks/ufw/look.ts';
import { compare } from './compare.ts';
import type { RuleArgs, UfwArgs } from './schema.ts';

const PEER = { known: true, client: '10.1.2.3', server: '10.9.9.9', port: 22, interface: 'eth0' } as const;

/** A host whose ufw has these rules; a fresh Debian otherwise. */
function host(rules: readonly RuleArgs[], rest: Partial<UfwState> = {}): UfwState {
  const { ipv6 = true } = rest;
  return {
    kind: 'present',
    enabled: false,
    running: { state: 'no' },
    policies: { incoming: 'deny', outgoing: 'allow', routed: 'deny' },
    logging: 'low',
    ipv6,
    rules: ufwRules(rules, ipv6),
    lines: { v4: [], v6: [] },
    ...rest,
  };
}

const ON = { enabled: true, running: { state: 'yes' } } as const;

function on(answer: UfwAnswer, args: UfwArgs, peer: ConnectionAnswer = PEER): Comparison {
  return compare(
    args,
    viewWith([
      [ufwLook(), answer],
      [connectionLook(), peer],
    ]),
  );
}

/** Each change as `action target attribute before>after`. */
function short(comparison: Comparison): readonly string[] {
  return comparison.changes.map((change) => {
    const { action, target, attribute, before, after } = change;
    return action === 'update' ? `${target} ${attribute}: ${before} > ${after}` : `${action} ${target}`;
  });
}

function failure(work: () => unknown): StepFailure {
  try {
    work();
  } catch (error) {
    if (error instanceof StepFailure) return error;
    throw error;
  }
  throw new Error('did not fail');
}

/** What the second look finds when all went well: no further change. */
function settles(answer: UfwState, args: UfwArgs): void {
  const [effect] = on(answer, args).effects;
  if (effect?.type !== 'answer') throw new Error('the step predicts nothing');
  expect(on(effect.value as UfwState, args).changes).toEqual([]);
}

describe('a fresh host', () => {
  const args: UfwArgs = {
    state: 'enabled',
    incoming: 'deny',
    rules: [{ allow: '22/tcp' }, { allow: '8080/tcp', from: '10.0.0.0/8', comment: 'metrics' }],
  };
  test('one change a rule, one for the state, none for what is right', () => {
    expect(on(host([]), args).changes.map(changeToJson)).toEqual([
      { resource: 'ufw rule', target: 'allow 22/tcp', action: 'create', after: 'allow 22/tcp' },
      {
        resource: 'ufw rule',
        target: 'allow 8080/tcp from 10.0.0.0/8',
        action: 'create',
        after: 'allow 8080/tcp from 10.0.0.0/8 comment "metrics"',
      },
      {
        resource: 'ufw',
        target: 'firewall',
        action: 'update',
        attribute: 'state',
        before: 'disabled',
        after: 'enabled',
      },
    ]);
    settles(host([]), args);
  });
  test('a later step sees what this one brings', () => {
    const { effects } = on(host([]), args);
    const view = viewWith([[ufwLook(), host([])]], { predicted: effects });
    expect(compare(args, view).changes).toEqual([]);
  });
});

describe('rules', () => {
  const there: readonly RuleArgs[] = [{ allow: '22/tcp' }, { deny: '23/tcp', comment: 'old' }, { allow: 80 }];

  test('converged', () => {
    expect(on(host(there, ON), { rules: there, complete: true, state: 'enabled' }).changes).toEqual([]);
    expect(on(host(there, ON), { rules: [{ allow: 80 }] }).changes).toEqual([]);
  });

  test('others are left alone, or removed', () => {
    const rules = [{ allow: '22/tcp' }];
    expect(short(on(host(there, ON), { rules }))).toEqual([]);
    expect(short(on(host(there, ON), { rules, complete: true }))).toEqual([
      'delete deny 23/tcp',
      'delete allow 80',
    ]);
    settles(host(there, ON), { rules, complete: true });
  });

  test('action, log, comment and order', () => {
    const rules: RuleArgs[] = [
      { allow: 80 },
      { allow: '22/tcp', log: 'new' },
      { reject: '23/tcp', comment: 'telnet' },
    ];
    expect(short(on(host(there, ON), { rules, complete: true }))).toEqual([
      'allow 80 order: after deny 23/tcp > first',
      'allow 22/tcp log log: off > log',
      'reject 23/tcp action: deny > reject',
      'reject 23/tcp comment: old > telnet',
    ]);
    settles(host(there, ON), { rules, complete: true });
  });

  test('a family that lacks the rule', () => {
    const half = host(there, ON);
    const without6 = { ...half, rules: { ...half.rules, v6: half.rules.v6.slice(1) } };
    expect(short(on(without6, { rules: there }))).toEqual(['create allow 22/tcp (v6)']);
    settles(without6, { rules: there });
    const without4 = { ...half, rules: { ...half.rules, v4: half.rules.v4.slice(0, 2) } };
    expect(short(on(without4, { rules: there }))).toEqual(['create allow 80 (v4)']);
    const surplus = { ...half, rules: { ...half.rules, v4: half.rules.v4.slice(0, 2) } };
    expect(short(on(surplus, { rules: there.slice(0, 2), complete: true }))).toEqual([
      'delete allow 80 (v6)',
    ]);
  });

  test('without IPv6 on the host one rule is enough', () => {
    const one = host(there, { ...ON, ipv6: false });
    expect(on(one, { rules: there }).changes).toEqual([]);
    expect(short(on(one, { rules: [{ allow: 81 }] }))).toEqual(['create allow 81']);
    expect(failure(() => on(one, { rules: [{ allow: 81, from: '::1' }] })).message).toContain(
      'rule 1 is for IPv6',
    );
  });

  test('a rule from an application profile is one change, however many ports it has', () => {
    const [web] = ufwRules([{ allow: '80/tcp' }], false).v4;
    if (web === undefined) throw new Error('no rule');
    const app = [80, 443].map((port) => ({ ...web, toPort: String(port), toApp: 'Nginx Full' }));
    const now = host([], { rules: { v4: app, v6: [] } });
    expect(short(on(now, { rules: [], complete: true }))).toEqual(['delete allow Nginx Full (v4)']);
  });

  test('an empty whole set must be meant', () => {
    expect(failure(() => on(host([]), { complete: true })).hint).toContain('rules: []');
  });

  test('wrong rules are found before any host is asked', () => {
    expect(() => compare({ rules: [{ allow: 70000 }] }, viewWith([]))).toThrow('70000 is not a port');
  });
});

describe('state', () => {
  test('enabled, but not loaded', () => {
    const stopped = host([{ allow: 22 }], { enabled: true, running: { state: 'no' } });
    const flushed = host([{ allow: 22 }], { enabled: true, running: { state: 'broken', reason: 'flushed' } });
    expect(short(on(stopped, { state: 'enabled' }))).toEqual(['firewall running: no > yes']);
    expect(short(on(flushed, { state: 'enabled' }))).toEqual(['firewall running: no: flushed > yes']);
    expect(short(on(flushed, { rules: [{ allow: 22 }] }))).toEqual(['firewall running: no: flushed > yes']);
    settles(flushed, { state: 'enabled' });
  });

  test('disabled, but still loaded', () => {
    const left = host([], { enabled: false, running: { state: 'yes' } });
    expect(short(on(left, { state: 'disabled' }))).toEqual(['firewall running: yes > no']);
    settles(left, { state: 'disabled' });
    expect(on(left, { incoming: 'deny' }).changes).toEqual([]);
  });

  test('off, with rules waiting', () => {
    expect(on(host([{ allow: 22 }]), { state: 'disabled', rules: [{ allow: 22 }] }).changes).toEqual([]);
    expect(short(on(host([], ON), { state: 'disabled' }))).toEqual(['firewall state: enabled > disabled']);
    settles(host([], ON), { state: 'disabled' });
  });

  test('policies and logging, each one change', () => {
    const args: UfwArgs = { incoming: 'reject', outgoing: 'deny', routed: 'deny', logging: 'full' };
    expect(short(on(host([]), args))).toEqual([
      'incoming policy: deny > reject',
      'outgoing policy: allow > deny',
      'logging level: low > full',
    ]);
    settles(host([]), args);
  });
});

describe('what cannot be', () => {
  test.each<[UfwAnswer, string]>([
    [{ kind: 'absent' }, 'this host has no ufw'],
    [{ kind: 'denied' }, "this user may not read ufw's rules"],
    [{ kind: 'damaged', missing: '/etc/ufw/user.rules' }, 'lacks its file /etc/ufw/user.rules'],
  ])('%j', (answer, reason) => {
    expect(failure(() => on(answer, { state: 'enabled' })).message).toContain(reason);
  });
});

describe('nobody is locked out', () => {
  test('by enabling', () => {
    const { message, hint } = failure(() => on(host([]), { state: 'enabled' }));
    expect(message).toContain(
      'new connections from 10.1.2.3 to port 22/tcp would be stopped by the policy "incoming: deny"',
    );
    expect(hint).toContain('{ allow: 22/tcp, from: 10.1.2.3 }');
  });
  test('by a policy, a rule, or the removal of a rule', () => {
    const open = host([{ allow: 22 }], {
      ...ON,
      policies: { incoming: 'allow', outgoing: 'allow', routed: 'deny' },
    });
    expect(short(on(open, { incoming: 'deny' }))).toEqual(['incoming policy: allow > deny']);
    expect(() => on(host([], { ...open, rules: { v4: [], v6: [] } }), { incoming: 'deny' })).toThrow(
      'lock the controller out',
    );
    expect(() => on(open, { rules: [{ deny: 'any', from: '10.0.0.0/8' }, { allow: 22 }] })).toThrow(
      '"deny from 10.0.0.0/8"',
    );
    expect(() => on(host([{ allow: 22 }], ON), { rules: [], complete: true })).toThrow(
      'lock the controller out',
    );
  });
  test('a firewall that stays off, or is switched off, locks nobody out', () => {
    expect(short(on(host([]), { rules: [{ deny: 22 }] }))).toEqual(['create deny 22']);
    expect(short(on(host([], ON), { state: 'disabled', incoming: 'reject' }))).toHaveLength(2);
  });
  test('without proof nothing is done', () => {
    expect(() => on(host([]), { state: 'enabled', rules: [{ allow: 22 }] }, { known: false })).toThrow(
      'cannot be proven',
    );
  });
  test('a converged host is not asked where the run comes from', () => {
    const view = viewWith([[ufwLook(), host([{ allow: 22 }], ON)]]);
    expect(compare({ state: 'enabled', rules: [{ allow: 22 }] }, view).changes).toEqual([]);
  });
});
