import { sh } from '../../shell/quote.ts';
import type { Fact } from './fact.ts';

/** What `uname -m` says, in Go's names (GOARCH of the Go documentation, "Installing Go from source"). */
const GO_NAMES: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'amd64'],
  ['amd64', 'amd64'],
  ['i386', '386'],
  ['i486', '386'],
  ['i586', '386'],
  ['i686', '386'],
  ['aarch64', 'arm64'],
  ['armv6l', 'arm'],
  ['armv7l', 'arm'],
  ['ppc64', 'ppc64'],
  ['ppc64le', 'ppc64le'],
  ['s390x', 's390x'],
  ['riscv64', 'riscv64'],
  ['loongarch64', 'loong64'],
  ['mips64', 'mips64'],
]);

/**
 * The kernel's own file (since Linux 6.1) starts no process. It is not asked where the shell was told to be of another architecture
 * (personality(2), as by `setarch`): `uname` says that one.
 */
const MACHINE = sh`if { IFS= read -r line </proc/sys/kernel/arch && IFS= read -r own </proc/self/personality; } 2>/dev/null &&
  [ "$own" = 00000000 ]; then printf '%s\\n' "$line"; else uname -m; fi`;

export const arch: Fact = {
  name: 'arch',
  summary: "The processor architecture in Go's names: amd64, arm64, 386, arm, ppc64le, s390x, riscv64, …",
  example: 'amd64',
  values: [...new Set(GO_NAMES.values())],
  script: MACHINE,
  parse(output) {
    const machine = output.trim();
    return GO_NAMES.get(machine) ?? machine;
  },
};
