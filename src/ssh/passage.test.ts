import { describe, expect, test } from 'vitest';
import { Bastion } from './bastion.ts';
import type { ConnectTarget } from './connect.ts';
import { passageOf } from './passage.ts';

function target(address: string, via?: Bastion, user = 'root'): ConnectTarget {
  const hostKeys = { knownTypes: [], check: () => ({ ok: false }) };
  const all = { address, port: 22, user, login: { keys: [] }, hostKeys, timeout: 1, keepalive: 0 };
  return { ...(all as unknown as ConnectTarget), ...(via === undefined ? {} : { via }) };
}

describe('who is a bastion', () => {
  const gate = new Bastion(target('gate', undefined, 'jump'));
  const inner = new Bastion(target('inner', gate));
  const targets = [target('gate'), target('web', inner), target('alone')];

  test.each(['gate', 'inner'])('%s is on the way to others, whoever logs in there', (name) => {
    expect(passageOf(target(name), targets)).toBeDefined();
  });

  test.each(['web', 'alone', 'other'])('%s is not', (name) => {
    expect(passageOf(target(name), targets)).toBeUndefined();
  });

  test('another port is another server', () => {
    expect(passageOf({ address: 'gate', port: 2222 }, targets)).toBeUndefined();
  });
});
