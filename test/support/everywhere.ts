import type { Checkpoint, Lab, LabHost } from '../lab/index.ts';

/**
 * Carries a test out on all Debian hosts side by side, each in its first state.
 *
 * @param first their first states, which it keeps up to date.
 * @throws the first failure, with the host's name.
 */
export async function onDebians(
  lab: Lab,
  hosts: readonly LabHost[],
  first: Map<string, Checkpoint>,
  body: (host: LabHost) => Promise<void>,
): Promise<void> {
  const debians = hosts.filter(({ distro }) => distro !== 'busybox');
  const ends = await Promise.allSettled(
    debians.map(async (host) => {
      first.set(host.name, await lab.restore(host, first.get(host.name) as Checkpoint));
      await body(host);
    }),
  );
  const failed = ends.findIndex(({ status }) => status === 'rejected');
  if (failed < 0) return;
  const { reason } = ends[failed] as PromiseRejectedResult;
  throw new Error(`${debians[failed]?.name}: ${(reason as Error).message}`, { cause: reason });
}
