import { spawn } from 'node:child_process';
import { endGroup, endWithUs } from './children.ts';

/** Whom ssh asks about, in its own words. */
export interface AskedAbout {
  readonly user: string;
  /** HostKeyAlias, else HostName, in lower case. */
  readonly host: string;
}

/**
 * How ssh will name user and host when it asks for a password: it says so itself (`ssh -G`), as only it knows all of its
 * configuration.
 *
 * @param args those of the ssh that will log in.
 * @returns undefined where it does not tell, as with a configuration that it refuses.
 */
export function askedAbout(args: readonly string[], timeout: number): Promise<AskedAbout | undefined> {
  return new Promise((resolve) => {
    const child = spawn('ssh', ['-G', ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
      env: { ...process.env, LC_ALL: 'C' },
    });
    endWithUs(child);
    const late = setTimeout(() => endGroup(child), timeout);
    let told = '';
    child.stdout.on('data', (part: Buffer) => {
      told += part.toString('utf8');
    });
    child.once('error', () => {
      clearTimeout(late);
      resolve(undefined);
    });
    child.once('close', (code) => {
      clearTimeout(late);
      const value = (keyword: string) => new RegExp(`^${keyword} (.*)$`, 'm').exec(told)?.[1];
      const [user, host] = [value('user'), value('hostkeyalias') ?? value('hostname')];
      resolve(
        code !== 0 || user === undefined || host === undefined
          ? undefined
          : { user, host: host.toLowerCase() },
      );
    });
  });
}

/**
 * Whether a question asks for this user's password at this host, and for nothing else: as ssh words it for the method `password`
 * and, since OpenSSH 8.5, for `keyboard-interactive` (sshconnect2.c). What bastions ask, PINs, codes and new passwords do not.
 */
export function asksPassword(question: string, { user, host }: AskedAbout): boolean {
  if (question === `${cut(user, 30)}@${cut(host, 128)}'s password: `) return true;
  const before = `(${user}@${host}) `;
  if (!question.startsWith(before)) return false;
  const wanted = question.slice(before.length);
  return (
    /passwor[dt]/i.test(wanted) && !/\b(?:new|old|current|retype|re-enter|again|one-time)\b/i.test(wanted)
  );
}

/** As `%.30s` of C does: bytes. */
function cut(text: string, bytes: number): string {
  return Buffer.from(text).subarray(0, bytes).toString('utf8');
}
