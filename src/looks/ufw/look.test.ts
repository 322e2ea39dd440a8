import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LookError } from '../../engine/look.ts';
import { Overlay } from '../../engine/overlay.ts';
import { type UfwAnswer, type UfwState, ufwLook } from './look.ts';

const MARK = '0123456789abcdef';
const PIPE = '(standard input):';

function parse(text: string): UfwAnswer {
  const output = { stdout: Buffer.from(text), stderr: Buffer.alloc(0), code: 0, mark: MARK };
  const context = { proofs: new Map(), deep: false, relist: false };
  return ufwLook().kind.parse(output, [undefined as never], context)[0] as UfwAnswer;
}

/** What the look printed on a real host with a rule of every shape, ufw enabled. */
function answerOf(distro: string, change?: (text: string) => string): UfwState {
  const text = readFileSync(new URL(`./fixtures/${distro}.txt`, import.meta.url), 'utf8');
  const changed = change?.(text) ?? text;
  if (change !== undefined && changed === text) throw new Error('the change does not apply');
  return parse(changed) as UfwState;
}

test('no program is given the mark: who sees it among its arguments could end what the host says', () => {
  const script = ufwLook().kind.script([undefined as never], {
    proofs: new Map(),
    deep: false,
    relist: false,
  });
  expect(script.text.split('\n').filter((line) => /MARK/.test(line) && !/^ *printf /.test(line))).toEqual([]);
});

describe.each(['bullseye', 'bookworm', 'trixie'])('a real %s host', (distro) => {
  test('is enabled, running and as configured', () => {
    expect(answerOf(distro)).toMatchObject({
      kind: 'present',
      enabled: true,
      running: { state: 'yes' },
      policies: { incoming: 'deny', outgoing: 'allow', routed: 'deny' },
      logging: 'low',
      ipv6: true,
    });
  });

  test('has its rules in order', () => {
    const { rules } = answerOf(distro);
    const short = (rule: (typeof rules.v4)[number]) =>
      `${rule.action} ${rule.protocol} ${rule.toPort} < ${rule.from}`;
    expect(rules.v4.map(short)).toEqual([
      'allow tcp 22 < 0.0.0.0/0',
      'limit tcp 2222 < 0.0.0.0/0',
      'allow tcp 8080 < 10.0.0.0/8',
      'allow tcp 8000:8010 < 0.0.0.0/0',
      'allow tcp 80,443 < 0.0.0.0/0',
      'allow tcp 25 < 0.0.0.0/0',
      'allow any 53 < 0.0.0.0/0',
      'reject tcp 25 < 0.0.0.0/0',
      'allow tcp 22 < 0.0.0.0/0',
      'deny any any < 192.168.1.0/24',
      'allow esp any < 10.9.9.9',
    ]);
    expect(rules.v6.map(short)).toEqual([
      'allow tcp 22 < ::/0',
      'limit tcp 2222 < ::/0',
      'allow tcp 8000:8010 < ::/0',
      'allow tcp 80,443 < ::/0',
      'deny any 53 < fd00::1',
      'allow any 53 < ::/0',
      'reject tcp 25 < ::/0',
      'allow tcp 22 < ::/0',
    ]);
  });

  test('keeps comments, interfaces, logging and application profiles', () => {
    const { v4, v6 } = answerOf(distro).rules;
    expect(Buffer.from(v4[1]?.comment ?? '', 'hex').toString()).toBe('Grün & test');
    expect(v4[5]).toMatchObject({ routed: true, inInterface: 'eth0', outInterface: 'eth1', to: '10.1.2.3' });
    expect(v4[6]).toMatchObject({ direction: 'out', log: 'log' });
    expect(v4[7]).toMatchObject({ direction: 'in', log: 'log-all' });
    expect(v4[8]).toMatchObject({ toApp: 'OpenSSH', fromApp: '' });
    expect(v6[4]).toMatchObject({ direction: 'in', inInterface: 'eth0' });
  });
});

describe('a firewall that was changed past ufw', () => {
  const broken = (change: (text: string) => string) => answerOf('bookworm', change).running;

  test('flushed with iptables -F: nothing leads to its chains any more', () => {
    const flushed = broken((text) =>
      text.replaceAll(/^\(standard input\):-A (?!ufw6?-user-).*-j ufw.*\n/gm, ''),
    );
    expect(flushed).toEqual({
      state: 'broken',
      reason: 'INPUT (IPv4) does not lead to ufw-before-logging-input',
    });
  });

  test('policy opened', () => {
    const reason = 'the policy of INPUT (IPv4) is not DROP';
    expect(broken((text) => text.replace('-P INPUT DROP', '-P INPUT ACCEPT'))).toEqual({
      state: 'broken',
      reason,
    });
  });

  test('a rule taken out of the kernel', () => {
    const gone = `${PIPE}-A ufw-user-input -s 192.168.1.0/24 -j DROP\n`;
    const cut = (text: string) =>
      text.slice(0, text.lastIndexOf(gone)) + text.slice(text.lastIndexOf(gone) + gone.length);
    expect(broken(cut)).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('has 11 rules, not the 12'),
    });
  });

  test('a rule put into the kernel', () => {
    const end = `${PIPE}0\n${PIPE}=\n`;
    const in6 = (text: string) => `${text.slice(0, -end.length)}${PIPE}-A ufw6-user-input -j ACCEPT\n${end}`;
    expect(broken(in6)).toMatchObject({ reason: expect.stringContaining('ufw6-user-input has') });
  });

  test('stopped: its chains are gone', () => {
    expect(broken((text) => text.replaceAll(/^\(standard input\):-N .*\n/gm, ''))).toEqual({ state: 'no' });
  });

  test('reject as policy needs the rule that rejects', () => {
    const change = (text: string) =>
      text.replace('DEFAULT_INPUT_POLICY="DROP"', 'DEFAULT_INPUT_POLICY="REJECT"');
    expect(broken(change)).toEqual({ state: 'broken', reason: 'ufw-reject-input has 0 rules' });
  });
});

describe('IPv6', () => {
  test('switched off: the rules of user6.rules do not count, and IPv6 must be shut', () => {
    const state = answerOf('bookworm', (text) => text.replace('IPV6=yes', 'IPV6=no'));
    expect(state).toMatchObject({ ipv6: false, rules: { v6: [] } });
    expect(state.running).toMatchObject({ reason: expect.stringContaining('policy of OUTPUT is not DROP') });
  });

  test('not in the kernel', () => {
    const without = (text: string) => text.replace(`${PIPE}yes\n`, `${PIPE}no\n`);
    expect(answerOf('bookworm', without).ipv6).toBe(false);
  });
});

describe('other hosts', () => {
  test('no ufw, no right to look, a file gone', () => {
    expect(parse('absent\n')).toEqual({ kind: 'absent' });
    expect(parse('denied\n')).toEqual({ kind: 'denied' });
    expect(parse('missing /etc/ufw/user.rules\n')).toEqual({
      kind: 'damaged',
      missing: '/etc/ufw/user.rules',
    });
  });

  test('nonsense is an error, never an empty firewall', () => {
    expect(() => parse('')).toThrow(LookError);
    expect(() => parse('present\nIPV6=yes\n')).toThrow(LookError);
    expect(() => parse('present\n/etc/default/ufw:IPV6=yes\n')).toThrow(LookError);
    const malformed = (text: string) =>
      text.replace('### tuple ### allow tcp 22', '### tuple ### permit tcp 22');
    expect(() => answerOf('trixie', malformed)).toThrow(LookError);
    const policy = (text: string) => text.replace('DEFAULT_INPUT_POLICY="DROP"', '');
    expect(() => answerOf('trixie', policy)).toThrow('DEFAULT_INPUT_POLICY');
  });
});

test('what an earlier step does to its files cannot be predicted', () => {
  const look = ufwLook();
  const overlay = new Overlay();
  expect(look.kind.predict?.(undefined as never, overlay)).toBeUndefined();
  overlay.predict([{ type: 'path', path: '/etc/default/ufw', state: { exists: false } }]);
  expect(look.kind.predict?.(undefined as never, overlay)).toMatchObject({ unknown: expect.any(String) });
});
