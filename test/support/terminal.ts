import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { quote } from '../../src/shell/quote.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/**
 * Runs the built command line at a terminal of its own (by script(1)), and answers its questions as a person would: each
 * answer is typed when its question has appeared.
 */
export function inTerminal(
  args: readonly string[],
  answers: readonly (readonly [question: string, answer: string])[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly shown: string }> {
  return new Promise((resolve, reject) => {
    const command = [process.execPath, MAIN, ...args].map(quote).join(' ');
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const left = [...answers];
    let shown = '';
    let answered = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString('utf8');
      const [next] = left;
      if (next === undefined) return;
      const at = shown.indexOf(next[0], answered);
      if (at < 0) return;
      left.shift();
      answered = at + next[0].length;
      // Whatever else draws on the terminal has the time to do so.
      setTimeout(() => child.stdin.write(`${next[1]}\r`), 300);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 128, shown }));
  });
}
