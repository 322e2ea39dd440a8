import { setMaxListeners } from 'node:events';
import type { ConnectTarget } from '../ssh/connect.ts';
import { ConnectionError } from '../ssh/errors.ts';
import { HostSession } from '../ssh/host-session.ts';

/** Connects to a host, unless the run is interrupted meanwhile: nobody waits for a host that does not answer. */
export function openSession(target: ConnectTarget, signal?: AbortSignal): Promise<HostSession> {
  if (signal === undefined) return HostSession.open(target);
  // One listener for each host that is being connected to: Node would warn of a leak from the eleventh on.
  setMaxListeners(0, signal);
  return new Promise((resolve, reject) => {
    const interrupt = (): void => {
      reject(
        new ConnectionError({ kind: 'interrupted', message: 'the run was interrupted while connecting' }),
      );
    };
    signal.addEventListener('abort', interrupt, { once: true });
    HostSession.open(target)
      .then((session) => (signal.aborted ? session.close() : resolve(session)))
      .catch(reject)
      .finally(() => signal.removeEventListener('abort', interrupt));
  });
}
