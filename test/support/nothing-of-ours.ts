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
export async function nothingOfOurs(lab: Lab, hosts: readonly LabHost[]): Promise<void> {
  await Promise.all(
    hosts.map(async (host) => {
      const { stdout } = await lab.exec(host, SCRIPT);
      expect(stdout, host.name).toBe('');
    }),
  );
}

const SCRIPT = `
ours() {
  for p in /proc/[0-9]*; do
    [ "$p" != /proc/$$ ] || continue
    line=$(tr '\\000' ' ' <"$p/cmdline") || continue
    case $line in *'while read -r n; do s=$(dd b''s=$n'*) echo "$p $line"; continue ;; esac
    [ ! "$p/fd/7" -ef /run/provision/lock ] || echo "$p $line"
  done 2>/dev/null
  find /opt /etc /root /home /usr/local /var/lib -xdev -name '.provision-*' 2>/dev/null
}
i=0
while left=$(ours); [ -n "$left" ]; do
  i=$((i + 1)); [ $i -lt ${PATIENCE * 4} ] || { echo "$left"; exit; }
  sleep 0.25
done`;
