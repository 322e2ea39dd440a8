import type { Effect } from '../../engine/effect.ts';
import { isNamedBySshd } from '../../engine/guard/guarded-path.ts';
import type { View } from '../../engine/view.ts';
import { MAIN_FILE, sshdLook } from '../../looks/sshd/daemon.ts';
import { readOptions } from '../../looks/sshd/options.ts';
import { configLines } from './tree.ts';
import { requireValid } from './valid.ts';

/**
 * For kinds that write a file of sshd's configuration as any other: refuses what sshd does not take, and what would not let this
 * run in again. It is loaded later, by whom nobody knows; so it has to be right now.
 *
 * @param effects of the step, with paths as written.
 */
export function requireSshdAdmits(view: View, effects: readonly Effect[]): void {
  const paths = effects.flatMap((effect) => (effect.type === 'path' ? [effect.path] : []));
  if (!paths.some((path) => path.startsWith(MAIN_FILE) || isNamedBySshd(view.realPath(path), view))) return;
  const [state] = view.see(sshdLook());
  if (state.kind === 'absent') return;
  const { main, others } = readOptions(state.options ?? [], MAIN_FILE);
  const [before, after] = [configLines(view, main), configLines(view.after(effects), main)];
  const inUse = state.options !== undefined || state.socket !== undefined;
  requireValid(view, { main, options: others, before, after }, inUse);
}
