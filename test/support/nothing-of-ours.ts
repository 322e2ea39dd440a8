import { expect } from 'vitest';
import type { Lab, LabHost } from '../lab/index.ts';

/** Seconds that the host has to end what it was doing. */
const PATIENCE = 20;

/**
 * Fails when a host still has a process that a run has started, or a file that a run meant to have for a moment. What a run has
 * started descends from the shell that every session has, or has its lock.
 *
 * Rollbacks that are armed (`provision-guard-…`) stay on purpose.
 */
export async function nothingOfOurs(
  lab: Pick<Lab, 'exec'>,
  hosts: readonly LabHost[],
  { files = true }: { readonly files?: boolean } = {},
): Promise<void> {
  await Promise.all(
    hosts.map(async (host) => {
      const { stdout } = await lab.exec(host, script(files));
      expect(stdout, host.name).toBe('');
    }),
  );
}

const FIND = `find /opt /etc /root /home /usr/local /var/lib -xdev -name '.provision-*' 2>/dev/null`;

const script = (files: boolean): string => `
told() { echo "$1 $(tr '\\000' ' ' <"$1/cmdline")"; }
ours() {
  for f in $(grep -l 'whil[e] read -r n; do s=.(dd' /proc/[0-9]*/cmdline); do told "\${f%/cmdline}"; done
  for p in /proc/[0-9]*; do
    if [ "$p/fd/7" -ef /run/provision/lock ]; then told "$p" | grep -v /provision-guard; fi
  done
  ${files ? FIND : ':'}
}
i=0
while left=$(ours 2>/dev/null); [ -n "$left" ]; do
  i=$((i + 1)); [ $i -lt ${PATIENCE * 4} ] || { echo "$left"; exit; }
  sleep 0.25
done`;
