import { EXIT } from './exit-code.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Lets a run end in order when it is asked to: the first signal aborts (what is under way is finished, nothing
 * new is begun), a second one ends the process at once. Returns what takes the handlers away again.
 */
export function abortOnInterrupt(abort: AbortController, say: (text: string) => void): () => void {
  return onSignals(() => {
    if (abort.signal.aborted) process.exit(EXIT.interrupted);
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
