import { isatty } from 'node:tty';
import { Worker } from 'node:worker_threads';
import { visible } from '../documents/visible.ts';
import { knownSecrets } from './known.ts';

/** Milliseconds after which people wonder what is the matter. */
const SILENCE = 5_000;

const CODE = `const { workerData: { text, fd, after } } = require('node:worker_threads');
setTimeout(() => require('node:fs').writeSync(fd, text), after);`;

/**
 * Says what is waited for when it takes long, while this thread is blocked: so a thread of its own does.
 *
 * @param after milliseconds.
 * @param fd where it is said. Default: standard error.
 * @returns ends the wait.
 */
export function tellWaiting(what: string, after: number = SILENCE, fd = 2): () => void {
  // A live display has left its cursor at the end of a line.
  const start = isatty(fd) ? '\r\x1b[K' : '';
  const text = `${start}waiting for ${visible(knownSecrets.mask(what))}\n`;
  const worker = new Worker(CODE, { eval: true, workerData: { text, fd, after } });
  worker.unref();
  // Telling is a courtesy: where there is no room for a thread, nothing is told.
  worker.on('error', () => {});
  return () => void worker.terminate();
}
