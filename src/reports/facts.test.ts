import { expect, test } from 'vitest';
import { factsText } from './facts.ts';
import { createStyle } from './style.ts';

const facts = {
  arch: 'amd64',
  disks: [
    { path: '/', size: 270_553_174_016, free: 78_049_947_648 },
    { path: '/boot', size: 535_805_952, free: 1_000 },
  ],
  memory: 8_312_004_608,
  time_skew: -0.012,
  users: { root: '/root', _apt: '/nonexistent', 'systemd-network': '/' },
};

test('names as they are, sizes in the same units', () => {
  expect(factsText([{ host: 'web1', facts, problems: {} }], createStyle())).toEqual([
    'web1',
    '  arch       amd64',
    '  disks      /  252.0 GiB, 72.7 GiB free',
    '             /boot  511.0 MiB, 1000 B free',
    '  memory     7.7 GiB',
    '  time_skew  -0.012 s',
    '  users      root /root, _apt /nonexistent, systemd-network /',
  ]);
});
