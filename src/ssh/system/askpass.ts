import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Secret } from '../../secrets/secret.ts';
import { quote } from '../../shell/quote.ts';

/** Gives the question on its command line to the socket beside it, and prints the answer. Without one it fails. */
const CLIENT = `'use strict';
const socket = require('node:net').connect(require('node:path').join(__dirname, 'ask'));
let answer = '';
socket.on('error', () => process.exit(1));
socket.on('data', (part) => { answer += part; });
socket.on('end', () => {
  if (answer === '') process.exit(1);
  process.stdout.write(answer);
});
socket.write(JSON.stringify({ question: process.argv[2] || '', kind: process.env.SSH_ASKPASS_PROMPT || '' }) + '\\n');
`;

export interface AskPass {
  /** For the ssh that asks. */
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => void;
}

/**
 * Answers the questions of an ssh (SSH_ASKPASS, ssh(1)) over a socket in a private folder: so no secret is on a command line,
 * in an environment or in a file.
 *
 * @param answer gets the question, and what ssh wants (SSH_ASKPASS_PROMPT); gives undefined to what it does not answer.
 */
export async function askPass(
  folder: string,
  answer: (question: string, kind: string) => Secret | undefined,
): Promise<AskPass> {
  const server = createServer((socket) => {
    let heard = '';
    socket.on('error', () => {});
    socket.on('data', (part: Buffer) => {
      heard += part.toString('utf8');
      if (!heard.endsWith('\n')) return;
      const { question, kind } = JSON.parse(heard) as { question: string; kind: string };
      const given = answer(question, kind);
      if (given === undefined) socket.end();
      else socket.end(`${given.reveal()}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(join(folder, 'ask'), resolve);
  });
  const program = join(folder, 'askpass');
  writeFileSync(`${program}.cjs`, CLIENT, { mode: 0o600 });
  writeFileSync(program, `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(`${program}.cjs`)} "$1"\n`, {
    mode: 0o700,
  });
  return {
    // Old ones ask a program only where there is a display.
    env: { SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: process.env.DISPLAY ?? ':' },
    close: () => server.close(),
  };
}
