import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { lateFlags } from './optimise-late.ts';

test('this version of Node knows the flags', () => {
  const flags = lateFlags(process.versions.v8, process.arch);
  const program = `for (const flag of ${JSON.stringify(flags)}) require('node:v8').setFlagsFromString(flag)`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});

test('a version that nobody has tried is left alone', () => {
  expect(lateFlags('10.2.154', 'x64')).toEqual([]);
  expect(lateFlags('99.0.1', 'x64')).toEqual([]);
  expect(lateFlags('13.6.233.10-node.26', 's390x')).toEqual([]);
  expect(lateFlags('11.3.244.8-node.30', 'x64')).toHaveLength(1);
  expect(lateFlags('13.6.233.10-node.26', 'arm64')).toHaveLength(2);
});
