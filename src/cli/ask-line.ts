import { openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { ReadStream, WriteStream } from 'node:tty';

/** Asks a question at the terminal; the answer in small letters, without blanks around it. Undefined where there is none. */
export async function askLine(question: string): Promise<string | undefined> {
  let input: ReadStream;
  let output: WriteStream;
  try {
    input = new ReadStream(openSync('/dev/tty', 'r+'));
    output = new WriteStream(openSync('/dev/tty', 'r+'));
  } catch {
    return undefined;
  }
  const lines = createInterface({ input, output });
  try {
    return await new Promise((resolve) => {
      lines.on('close', () => resolve(undefined));
      lines.question(question, (answer) => resolve(answer.trim().toLowerCase()));
    });
  } finally {
    lines.close();
    input.destroy();
    output.destroy();
  }
}
