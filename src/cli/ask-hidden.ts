import { openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { Secret } from '../secrets/secret.ts';
import { asking, BrokenOff } from './asking.ts';

const [ENTER, NEWLINE, INTERRUPT, END, BACKSPACE, DELETE] = ['\r', '\n', '\u0003', '\u0004', '\b', '\u007f'];

/**
 * Asks a question at the terminal without showing the answer. The terminal itself is asked, not standard input, so that
 * it works behind a pipe; the question is not part of the output either.
 *
 * @returns undefined where there is no terminal; an empty one when nothing was typed, or the input was ended (Ctrl-D).
 * @throws BrokenOff at Ctrl-C.
 */
export function askHidden(question: string): Promise<Secret | undefined> {
  return asking(() => ask(question));
}

async function ask(question: string): Promise<Secret | undefined> {
  let terminal: ReadStream;
  let descriptor: number;
  try {
    descriptor = openSync('/dev/tty', 'r+');
    terminal = new ReadStream(descriptor);
  } catch {
    return undefined;
  }
  // What is typed as soon as the question is there must not be shown.
  terminal.setRawMode(true);
  writeSync(descriptor, question);
  terminal.setEncoding('utf8');
  try {
    return await new Promise((resolve, reject) => {
      const ended = (): void => resolve(new Secret(''));
      let answer: readonly string[] = [];
      terminal.on('data', (typed: string) => {
        for (const key of typed) {
          if (key === ENTER || key === NEWLINE) return resolve(new Secret(answer.join('')));
          if (key === INTERRUPT) return reject(new BrokenOff());
          if (key === END) return ended();
          answer = key === BACKSPACE || key === DELETE ? answer.slice(0, -1) : [...answer, key];
        }
      });
      terminal.on('end', ended).on('error', ended);
    });
  } finally {
    terminal.setRawMode(false);
    writeSync(descriptor, '\n');
    terminal.destroy();
  }
}
