import type { ChildProcess } from 'node:child_process';

/** What is to be undone if this process ends before it was. */
const alive = new Map<ChildProcess, () => void>();

/** Ends a child, and cleans up after it, when this process ends first; all but SIGKILL gives it the time. */
export function endWithUs(child: ChildProcess, cleanUp: () => void = () => {}): void {
  if (alive.size === 0) process.on('exit', endAll);
  alive.set(child, cleanUp);
  child.once('exit', () => {
    alive.delete(child);
    if (alive.size === 0) process.off('exit', endAll);
  });
}

function endAll(): void {
  for (const [child, cleanUp] of alive) {
    child.kill('SIGKILL');
    cleanUp();
  }
}
