import type { StepKind } from '../../engine/step-kind.ts';
import { compare } from './compare.ts';
import { type AssertArgs, schema } from './schema.ts';

export const assert: StepKind<AssertArgs> = {
  name: 'assert',
  summary: 'Checks that a host fits before anything is touched.',
  description: `Everything that is given must hold; what does not is listed in one message, so that all of it can be mended at
once. The step changes nothing and is judged before the first change, wherever it stands in the playbook: a host that
fails it is not touched at all.

Versions are compared number by number, as far as the wanted one is written: \`=6.1\` holds for kernel 6.1.0-31. Sizes
take B, KiB, MiB, GiB, TiB (or kB-style KB, MB, GB, TB for powers of 1000). Free space is what users without
privilege may use. The clocks are compared to within the network's delay (1 s on hosts whose \`date\` knows no
fractions). Connections are tried from the host, with bash, nc, python3 or perl, whichever it has.`,
  schema,
  onlyAsks: () => true,
  examples: [
    {
      title: 'What the Go toolchain needs',
      args: {
        os: 'linux',
        arch: ['amd64', 'arm64'],
        kernel: '>=3.2',
        cpus: '>=1',
        memory: '>=512 MiB',
        disk: [{ path: '/usr/local', free: '1 GiB' }],
      },
    },
    {
      title: 'Its distribution, its clock and its way to the module proxy',
      args: {
        distribution: ['debian', 'ubuntu'],
        glibc: '>=2.28',
        time_skew: '<=5s',
        reach: [{ host: 'athens.internal', port: 3000 }],
      },
    },
  ],
  compare,
};
