import type { ContractCase } from '../case.ts';
import { everywhere } from '../everywhere.ts';

export const cases: readonly ContractCase[] = [
  {
    title: 'everything that every lab host meets',
    steps: [
      {
        assert: {
          os: 'linux',
          arch: ['amd64', 'arm64'],
          kernel: '>=3.2',
          cpus: '>=1',
          memory: '64 MiB',
          disk: [
            { path: '/', free: '1 MiB' },
            { path: '/var/not/there/yet', free: 1 },
          ],
          time_skew: '<=5s',
          reach: [{ host: '127.0.0.1', port: 22 }],
          that: [{ condition: true, message: 'true is true' }],
        },
      },
    ],
    expectChanges: 0,
  },
  {
    title: 'the distribution and its C library',
    only: ['bullseye', 'bookworm', 'trixie'],
    steps: [{ assert: { distribution: ['debian', 'ubuntu'], version: '>=11', glibc: '>=2.28' } }],
    expectChanges: 0,
  },
  {
    title: 'everything that is not met, in one message',
    steps: [
      { file: { path: '/etc/never', content: 'x' } },
      {
        assert: {
          os: 'linux',
          arch: 's390x',
          kernel: '>=99',
          cpus: '>=4096',
          memory: '>=512 TiB',
          disk: [{ path: '/usr', free: '512 TiB' }],
          reach: [{ host: '127.0.0.1', port: 1 }],
        },
      },
    ],
    refusedOn: everywhere(
      /6 of 7 requirements are not met: the architecture is a.*, required s390x; the kernel is version .*, required >=99; it has \d+ processors?, required >=4096; it has .*B of memory, required >=512 TiB; \/usr has .*B free \(on \/.*\), required 512 TiB; 127\.0\.0\.1 port 1 cannot be reached from the host \(.*refused/i,
    ),
  },
  {
    title: 'nobody answers in time',
    only: ['bullseye', 'bookworm', 'trixie'],
    prepare: 'iptables -I INPUT -p tcp --dport 9 -j DROP',
    steps: [{ assert: { reach: [{ host: '127.0.0.1', port: 9, timeout: 1 }] } }],
    refusedOn: everywhere(/the requirement is not met: 127\.0\.0\.1 port 9 cannot be reached from the host/),
  },
];
