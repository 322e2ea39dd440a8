import { vi } from 'vitest';
import { runCli } from '../../src/cli/cli.ts';

/** Runs a command line in this process, and catches what it writes. The mocks stay until they are restored. */
export async function runInProcess(
  ...args: string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let out = '';
  let err = '';
  vi.spyOn(console, 'log').mockImplementation((text) => {
    out += `${text}\n`;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text;
    return true;
  });
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
    return true;
  });
  const code = await runCli(args);
  return { code, out, err };
}
