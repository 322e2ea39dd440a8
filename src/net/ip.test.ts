import { describe, expect, test } from 'vitest';
import { contains, formatNetwork, type IpNetwork, parseNetwork } from './ip.ts';

describe('reading and writing', () => {
  test.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.7/32', '192.0.2.7'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::/0', '::/0'],
    ['::', '::'],
    ['::1', '::1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8::1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0db8:0000:0001:0001:0001:0001:0001', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8:ffff::/32', '2001:db8::/32'],
    ['fe80::1/128', 'fe80::1'],
    ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ])('%s is %s', (text, canonical) => {
    const network = parseNetwork(text);
    expect(network && formatNetwork(network)).toBe(canonical);
  });

  test.each([
    '',
    'any',
    'localhost',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.08',
    '010.0.0.1',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/255.0.0.0',
    '10.0.0.0/8/8',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    ':1',
    '12345::',
    '::1/129',
    'fe80::1%eth0',
    '1.2.3.4::',
  ])('"%s" is neither an address nor a network', (text) => {
    expect(parseNetwork(text)).toBeUndefined();
  });
});

describe('contains', () => {
  const net = (text: string): IpNetwork => parseNetwork(text) as IpNetwork;
  test.each([
    ['10.0.0.0/8', '10.255.1.2', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.0/8', '10.2.0.0/16', true],
    ['10.2.0.0/16', '10.0.0.0/8', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '::1', false],
    ['2001:db8::/32', '2001:db8:1::9', true],
    ['::/0', '2001:db8::', true],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
  ])('%s holds %s: %s', (outer, inner, holds) => {
    expect(contains(net(outer), net(inner))).toBe(holds);
  });
});
