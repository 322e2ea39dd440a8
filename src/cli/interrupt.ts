import { EXIT } from './exit-code.ts';

/** Milliseconds. */
const TELLING = 2000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Lets a run end in order when it is asked to: the first signal aborts (what is under way is finished, nothing
 * new is begun), a second one ends the process without waiting for hosts. Returns what takes the handlers away again.
 *
 * @param tell says what is known by then; a third signal, or its taking long, ends the process without it.
 */
export function abortOnInterrupt(
  abort: AbortController,
  say: (text: string) => void,
  tell: () => Promise<void>,
): () => void {
  let asked = 0;
  const end = (): never => process.exit(EXIT.interrupted);
  return onSignals(() => {
    asked += 1;
    if (asked > 2) end();
    if (asked === 2) {
      setTimeout(end, TELLING);
      void tell()
        .catch(() => {})
        .then(end);
      return;
    }
    abort.abort();
    say('Interrupted: finishing what is under way (once more: stop at once).');
  });
}

/** Ends the process at the first signal, as long as nothing was begun; displays take themselves away. */
export function exitOnInterrupt(): () => void {
  return onSignals(() => process.exit(EXIT.interrupted));
}

function onSignals(handler: () => void): () => void {
  for (const signal of SIGNALS) process.on(signal, handler);
  return () => {
    for (const signal of SIGNALS) process.removeListener(signal, handler);
  };
}
