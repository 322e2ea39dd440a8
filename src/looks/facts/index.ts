import { addresses } from './addresses.ts';
import { arch } from './arch.ts';
import { cpus } from './cpus.ts';
import { disks } from './disks.ts';
import { distribution } from './distribution.ts';
import { distributionCodename } from './distribution-codename.ts';
import { distributionVersion } from './distribution-version.ts';
import type { Fact } from './fact.ts';
import { hostname } from './hostname.ts';
import { kernel } from './kernel.ts';
import { libc } from './libc.ts';
import { memory } from './memory.ts';
import { os } from './os.ts';
import { timeSkew } from './time-skew.ts';
import { users } from './users.ts';

const ALL: readonly Fact[] = [
  addresses,
  arch,
  cpus,
  disks,
  distribution,
  distributionCodename,
  distributionVersion,
  hostname,
  kernel,
  libc,
  memory,
  os,
  timeSkew,
  users,
];

/** All facts by name, sorted. */
export const FACTS: ReadonlyMap<string, Fact> = new Map(ALL.map((fact) => [fact.name, fact]));
