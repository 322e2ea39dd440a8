import type { Fact } from './fact.ts';
import { OS_RELEASE, osRelease } from './os-release.ts';

export const distributionVersion: Fact = {
  name: 'distribution_version',
  summary: 'VERSION_ID of os-release(5), as text; empty where there is none (rolling releases).',
  example: '12',
  script: OS_RELEASE,
  parse: (output) => osRelease(output, 'VERSION_ID') ?? '',
};
