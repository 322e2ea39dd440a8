import { setTimeout as sleep } from 'node:timers/promises';
import type { Secret } from '../../secrets/secret.ts';
import type { RemoteProcess } from '../transport.ts';
import type { Dialogue } from './dialogue.ts';

export type Watched =
  | { readonly outcome: 'ready'; readonly answered: boolean }
  /** The process ended before the shell had started. */
  | { readonly outcome: 'ended'; readonly said: string; readonly code: number | undefined }
  /** It waits for something that it will not be given: it must be ended. */
  | { readonly outcome: 'asks' | 'asks-again'; readonly said: string }
  | { readonly outcome: 'silent'; readonly said: string };

interface Watch {
  readonly process: RemoteProcess;
  readonly dialogue: Dialogue;
  readonly terminal: boolean;
  readonly password: Secret | undefined;
  /** Milliseconds. */
  readonly timeout: number;
}

/** The longest that is kept of standard output, in characters: some say there why they refuse. */
const KEPT = 2048;

/** Waits until a shell has started, and answers the one question for a password, if it comes. */
export async function watch({ process, dialogue, terminal, password, timeout }: Watch): Promise<Watched> {
  // The system's ssh goes on where the server refuses the terminal: then the streams stay apart.
  const talks = terminal ? [process.io, process.stderr] : [process.stderr];
  let aside = '';
  let answered = false;
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const said = (): string => [aside.trim(), dialogue.said].filter((text) => text !== '').join('\n');
  let heard: (chunk: Buffer) => void = () => {};
  const overhear = (chunk: Buffer): void => {
    aside = (aside + chunk.toString('latin1')).slice(-KEPT);
  };
  try {
    return await new Promise<Watched>((resolve) => {
      heard = (chunk) => {
        const move = dialogue.hear(chunk.toString('utf8'));
        if (move === 'ready') resolve({ outcome: 'ready', answered });
        else if (move === 'asked-again') resolve({ outcome: 'asks-again', said: said() });
        else if (move === 'answer' && password === undefined) resolve({ outcome: 'asks', said: said() });
        else if (move === 'answer' && password !== undefined) {
          answered = true;
          process.io.write(`${password.reveal()}\n`);
        }
      };
      for (const stream of talks) stream.on('data', heard);
      // Whatever is printed must be read, or what prints it waits.
      if (!terminal) process.io.on('data', overhear);
      timer = setTimeout(() => resolve({ outcome: 'silent', said: said() }), timeout);
      void process.exited.then(async (code) => {
        if (over) return;
        // What it said last may come in after its end.
        await sleep(20);
        resolve({ outcome: 'ended', said: said(), code });
      });
    });
  } finally {
    over = true;
    clearTimeout(timer);
    for (const stream of talks) stream.off('data', heard);
    process.io.off('data', overhear);
  }
}
