export { LabError } from './errors.ts';
export type { ExecOptions } from './exec.ts';
export type { HostRef, KillSshdOptions, Lab, UpOptions } from './lab.ts';
export type { OpenOptions } from './open-lab.ts';
export { openLab } from './open-lab.ts';
export type { Ran } from './run.ts';
export { parseSpecs } from './specs.ts';
export type { Distro, HostCounts, HostStatus, LabHost, LoginUser } from './types.ts';
export { DISTROS } from './types.ts';
