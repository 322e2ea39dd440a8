import { describe, expect, test } from 'vitest';
import { StepFailure } from '../../engine/view.ts';
import { ruleText } from './rule-text.ts';
import type { RuleArgs } from './schema.ts';
import { wantedOn, wantedRules } from './wanted.ts';

/** What the rule becomes for each family, in words. */
function read(rule: RuleArgs): readonly (string | undefined)[] {
  const [one] = wantedRules([rule]);
  return [one?.v4, one?.v6].map((found) => (found === undefined ? undefined : ruleText(found)));
}

function refusal(...rules: readonly RuleArgs[]): string {
  try {
    wantedRules(rules);
  } catch (error) {
    if (error instanceof StepFailure) return `${error.message} / ${error.hint}`;
    throw error;
  }
  throw new Error('was taken');
}

describe('a rule in both families', () => {
  test.each([
    [{ allow: 22 }, 'allow 22'],
    [{ allow: '22/tcp' }, 'allow 22/tcp'],
    [{ allow: 22, proto: 'tcp' }, 'allow 22/tcp'],
    [{ limit: '22/tcp', log: 'new' }, 'limit 22/tcp log'],
    [{ allow: '8000:8010/tcp' }, 'allow 8000:8010/tcp'],
    [{ allow: '443, 80/tcp' }, 'allow 80,443/tcp'],
    [{ reject: '25/tcp', log: 'all' }, 'reject 25/tcp log-all'],
    [{ allow: 'any', interface: 'eth1' }, 'allow any on eth1'],
    [{ allow: 53, direction: 'out' }, 'allow out 53'],
    [{ deny: '25/tcp', direction: 'out', interface: 'eth0' }, 'deny out 25/tcp on eth0'],
    [{ allow: 68, from_port: '67/udp' }, 'allow 68/udp from any port 67'],
    [{ allow: 'any', proto: 'esp' }, 'allow proto esp'],
    [
      { allow: '80/tcp', direction: 'routed', interface: 'eth0', out_interface: 'eth1' },
      'route allow 80/tcp in on eth0 out on eth1',
    ],
  ] satisfies readonly (readonly [RuleArgs, string])[])('%j', (rule, text) => {
    expect(read(rule)).toEqual([text, text]);
  });
});

describe('a rule of one family', () => {
  test.each([
    [{ allow: '8080/tcp', from: '10.1.2.3/8' }, ['allow 8080/tcp from 10.0.0.0/8', undefined]],
    [{ allow: 443, to: '2001:DB8::1' }, [undefined, 'allow 443 to 2001:db8::1']],
    [{ deny: 'any', from: '192.0.2.7/32' }, ['deny from 192.0.2.7', undefined]],
    [{ allow: '22/tcp', from: '0.0.0.0/0' }, ['allow 22/tcp', undefined]],
    [{ allow: 'any', proto: 'igmp' }, ['allow proto igmp', undefined]],
  ] satisfies readonly (readonly [RuleArgs, readonly (string | undefined)[]])[])('%j', (rule, texts) => {
    expect(read(rule)).toEqual(texts);
  });
});

describe('what ufw would not take is refused, with the reason', () => {
  test.each([
    [{}, 'rule 1 has none of allow, deny, reject, limit'],
    [{ allow: 22, deny: 23 }, 'rule 1 has allow and deny'],
    [{ allow: 0 }, '0 is not a port: they go from 1 to 65535'],
    [{ allow: '65536/tcp' }, '65536 is not a port'],
    [{ allow: '22/sctp' }, 'a protocol that is neither tcp nor udp'],
    [{ allow: 'ssh' }, '"ssh" is not a port'],
    [{ allow: '-1' }, '"-1" is not a port'],
    [{ allow: '80:80/tcp' }, 'does not go up'],
    [{ allow: '90:80/tcp' }, 'does not go up'],
    [{ allow: '80,443' }, 'write 80,443/tcp or 80,443/udp'],
    [{ allow: '1,2,3,4,5,6,7,8,9,10,11,12,13,14:20,30/tcp' }, 'more ports than a rule can hold'],
    [{ allow: '22/tcp', proto: 'udp' }, 'names two protocols: udp and tcp'],
    [{ allow: 22, proto: 'esp' }, 'the protocol esp has no ports'],
    [{ allow: 22, from: 'example.org' }, 'ufw takes no host names'],
    [{ allow: 22, from: '10.0.0.0/33' }, 'neither an address nor a network'],
    [{ allow: 22, from: '10.0.0.1', to: '::1' }, 'mixes IPv4 and IPv6'],
    [{ allow: 'any', from: '::1', proto: 'igmp' }, 'igmp is for IPv4 only'],
    [{ allow: 22, out_interface: 'eth0' }, 'out_interface is for direction: routed'],
  ] satisfies readonly (readonly [RuleArgs, string])[])('%j', (rule, reason) => {
    expect(refusal(rule)).toContain(reason);
  });

  test('two rules for the same packets', () => {
    expect(refusal({ allow: 22 }, { allow: '22/tcp' }, { deny: 22, comment: 'x' })).toContain(
      'rule 3 matches the same packets as rule 1',
    );
    expect(refusal({ allow: '22/tcp' }, { limit: '22/tcp', from: '0.0.0.0/0' })).toContain('rule 2');
  });
});

test('without IPv6 a rule for any address is for IPv4, and a rule for IPv6 cannot be', () => {
  expect(wantedOn(wantedRules([{ allow: 22 }]), false)).toEqual([
    { v4: expect.objectContaining({ toPort: '22' }), managesComment: false },
  ]);
  const six = wantedRules([{ allow: 22 }, { allow: 23, from: '::1' }]);
  expect(() => wantedOn(six, false)).toThrow('rule 2 is for IPv6');
});
