import type { Fact } from './fact.ts';
import { OS_RELEASE, osRelease } from './os-release.ts';

export const distribution: Fact = {
  name: 'distribution',
  summary: 'ID of os-release(5): debian, ubuntu, rhel, alpine, …; "linux" where there is none.',
  example: 'debian',
  script: OS_RELEASE,
  parse: (output) => osRelease(output, 'ID') ?? 'linux',
};
