import type { ChildProcess } from 'node:child_process';

/** What is to be undone when this process ends before it was; all but SIGKILL gives it the time. */
const left = new Set<() => void>();

/**
 * Has something undone when this process ends first.
 *
 * @returns forgets it; it was undone, or is not ours to undo any more.
 */
export function undoAtEnd(undo: () => void): () => void {
  if (left.size === 0) process.on('exit', undoAll);
  left.add(undo);
  return () => {
    left.delete(undo);
    if (left.size === 0) process.off('exit', undoAll);
  };
}

/**
 * Ends a child when this process ends, and with it what it has started, whichever ends first: the ssh to a jump host or a
 * ProxyCommand may wait for a silent host for long. The child leads a process group (`detached`).
 */
export function endWithUs(child: ChildProcess): void {
  const forget = undoAtEnd(() => endGroup(child));
  child.once('error', forget);
  child.once('exit', () => {
    forget();
    endGroup(child);
  });
}

/** Ends a child that leads a process group, and what it has started, at once. */
export function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}

function undoAll(): void {
  for (const undo of left) undo();
}
