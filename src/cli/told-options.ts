import type { RunOrigin } from '../engine/events.ts';
import type { RunArguments } from './run-playbooks.ts';

/**
 * What a stream of events tells of the command line, so that parts that do not belong together are not merged. Values
 * of variables may be secret, and are left out.
 */
export function toldOptions({
  hosts,
  steps,
  output,
  deep,
  detailedExitCode,
  noGuard,
}: RunArguments): RunOrigin['options'] {
  return {
    inventory: hosts.inventory,
    playbooks: steps.playbooks,
    ...(hosts.limit === undefined ? {} : { limit: hosts.limit }),
    tags: steps.tags,
    skipTags: steps.skipTags,
    deep,
    diff: output.diff,
    detailedExitCode,
    ...(noGuard ? { noGuard } : {}),
  };
}
