import { describe, expect, test } from 'vitest';
import { ufwRules } from '../../../test/support/ufw-rules.ts';
import { type Admission, admission } from './admission.ts';
import type { RuleArgs } from './schema.ts';

const PEER = { known: true, client: '10.1.2.3', server: '10.9.9.9', port: 2222, interface: 'eth0' } as const;
const PEER6 = { ...PEER, client: '2001:db8::3', server: '2001:db8::9' };

function judge(
  rules: readonly RuleArgs[],
  options: {
    incoming?: 'allow' | 'deny' | 'reject';
    ipv6?: boolean;
    peer?: Parameters<typeof admission>[1];
  } = {},
): Admission {
  const { incoming = 'deny', ipv6 = true, peer = PEER } = options;
  return admission({ rules: ufwRules(rules, ipv6), incoming, ipv6 }, peer);
}

describe('let in', () => {
  test.each<[string, RuleArgs[]]>([
    ['by the port', [{ allow: '2222/tcp' }]],
    ['by the port for both protocols', [{ allow: 2222 }]],
    ['by a list or range', [{ allow: '22,2000:3000/tcp' }]],
    ['by its network', [{ allow: 'any', from: '10.0.0.0/8' }]],
    ['with a limit', [{ limit: '2222/tcp' }]],
    ['on its interface', [{ allow: '2222/tcp', interface: 'eth0' }]],
    ['on one of such interfaces', [{ allow: '2222/tcp', interface: 'eth+' }]],
    ['at the address it connects to', [{ allow: '2222/tcp', to: '10.9.9.0/24' }]],
    ['before it is denied', [{ allow: '2222/tcp', from: '10.1.2.3' }, { deny: '2222/tcp' }]],
    [
      'past rules that are for others',
      [
        { deny: 'any', from: '10.2.0.0/16' },
        { deny: '2222/udp' },
        { deny: '22/tcp' },
        { deny: 'any', direction: 'out' },
        { deny: 'any', direction: 'routed' },
        { deny: 'any', interface: 'eth1' },
        { deny: 'any', from: '::/0' },
        { allow: '2222/tcp' },
      ],
    ],
  ])('%s', (_, rules) => {
    expect(judge(rules)).toEqual({ admitted: true });
  });

  test('by the policy', () => {
    expect(judge([{ deny: '23/tcp' }], { incoming: 'allow' })).toEqual({ admitted: true });
  });

  test('over loopback, whatever the rules say', () => {
    expect(judge([{ deny: 'any' }], { peer: { ...PEER, interface: 'lo' } })).toEqual({ admitted: true });
  });

  test('over IPv6, by the rules for IPv6', () => {
    expect(judge([{ allow: 2222, from: '2001:db8::/32' }], { peer: PEER6 })).toEqual({ admitted: true });
    expect(judge([{ allow: 2222 }], { peer: PEER6 })).toEqual({ admitted: true });
  });
});

describe('turned away', () => {
  test.each<[string, RuleArgs[], string]>([
    ['by the policy', [], 'the policy "incoming: deny"'],
    ['by the wrong port', [{ allow: '22/tcp' }], 'the policy'],
    ['by the wrong protocol', [{ allow: '2222/udp' }], 'the policy'],
    ['by the wrong network', [{ allow: 2222, from: '192.168.0.0/16' }], 'the policy'],
    ['by the wrong family', [{ allow: 2222, from: '::/0' }], 'the policy'],
    ['by the wrong direction', [{ allow: 2222, direction: 'out' }], 'the policy'],
    ['by the wrong interface', [{ allow: 2222, interface: 'eth1' }], 'the policy'],
    ['by a rule on source ports', [{ allow: 2222, from_port: 1024 }], 'the policy'],
    [
      'by a rule before',
      [{ deny: 'any', from: '10.0.0.0/8' }, { allow: 2222 }],
      'the rule "deny from 10.0.0.0/8"',
    ],
    ['by a rule that refuses', [{ reject: 2222 }, { allow: '2222/tcp' }], 'the rule "reject 2222"'],
    ['by a rule that may match', [{ deny: 2222, from_port: '40000:50000/tcp' }, { allow: 2222 }], 'the rule'],
  ])('%s', (_, rules, by) => {
    expect(judge(rules)).toEqual({ admitted: false, by: expect.stringContaining(by) });
  });

  test('on an interface that is not known: it may not be the right one, it may be the wrong one', () => {
    const peer = { ...PEER, interface: undefined };
    expect(judge([{ allow: 2222, interface: 'eth0' }], { peer }).admitted).toBe(false);
    expect(judge([{ deny: 2222, interface: 'eth0' }, { allow: '2222/tcp' }], { peer }).admitted).toBe(false);
  });

  test('over IPv6, where ufw shuts it off', () => {
    expect(judge([{ allow: 2222 }], { peer: PEER6, ipv6: false })).toMatchObject({
      admitted: false,
      by: expect.stringContaining('IPV6=no'),
    });
  });
});
