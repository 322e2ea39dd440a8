import { sh } from '../../shell/quote.ts';

/** Prints os-release(5); nothing on a host that has none. */
export const OS_RELEASE = sh`cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release 2>/dev/null || :`;

/** One value of os-release(5), unquoted as a shell would. */
export function osRelease(text: string, key: string): string | undefined {
  const line = text.split('\n').findLast((one) => one.startsWith(`${key}=`));
  if (line === undefined) return undefined;
  const raw = line.slice(key.length + 1).trim();
  if (raw.startsWith("'") && raw.endsWith("'") && raw.length > 1) return raw.slice(1, -1);
  const inner = raw.startsWith('"') && raw.endsWith('"') && raw.length > 1 ? raw.slice(1, -1) : raw;
  return inner.replace(/\\(.)/g, '$1');
}
