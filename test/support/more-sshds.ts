import { expect } from 'vitest';
import type { Lab, LabHost } from '../lab/index.ts';

/**
 * Starts one more sshd of a Debian host, at a port of its own.
 *
 * @param settings beside those of its sshd_config, and stronger: `Keyword value`.
 * @returns ends it.
 */
export async function startSshd(
  lab: Lab,
  host: LabHost,
  port: number,
  settings: readonly string[],
): Promise<() => Promise<void>> {
  const pid = `/run/more-sshd-${port}.pid`;
  const options = [`PidFile ${pid}`, ...settings].flatMap((setting) => ['-o', setting.replace(' ', '=')]);
  const argv = ['/usr/sbin/sshd', '-p', String(port), '-E', logOf(port), ...options];
  const { code, stderr } = await lab.exec(host, argv);
  expect(code, `${host.name}: ${settings.join(', ')}: ${stderr}`).toBe(0);
  return async () => {
    await lab.exec(host, `kill $(cat ${pid})`);
  };
}

/** What it has written since. */
export async function sshdLog(lab: Lab, host: LabHost, port: number): Promise<string> {
  return (await lab.exec(host, ['cat', logOf(port)])).stdout;
}

function logOf(port: number): string {
  return `/run/more-sshd-${port}.log`;
}
