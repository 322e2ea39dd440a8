import type { Fact } from './fact.ts';
import { OS_RELEASE, osRelease } from './os-release.ts';

export const distributionCodename: Fact = {
  name: 'distribution_codename',
  summary: 'VERSION_CODENAME of os-release(5); empty where there is none.',
  example: 'bookworm',
  script: OS_RELEASE,
  parse: (output) => osRelease(output, 'VERSION_CODENAME') ?? '',
};
