import type { ConnectTarget } from '../connect.ts';

/** How long ssh waits for a host. */
export type SshTimes = Pick<ConnectTarget, 'timeout' | 'keepalive' | 'keepaliveCount'>;

/** The same as options of ssh_config(5): seconds. */
export function timesOf({
  timeout,
  keepalive,
  keepaliveCount = 3,
}: SshTimes): readonly (readonly [string, string])[] {
  const seconds = (milliseconds: number): string => String(Math.max(1, Math.ceil(milliseconds / 1000)));
  return [
    ['ConnectTimeout', seconds(timeout)],
    ['ServerAliveInterval', seconds(keepalive)],
    ['ServerAliveCountMax', String(keepaliveCount)],
  ];
}
