import type { HostLook, LookContext } from '../../src/engine/look.ts';
import { Overlay } from '../../src/engine/overlay.ts';
import type { Action, Comparison } from '../../src/engine/step-kind.ts';
import { storeKey } from '../../src/engine/store-key.ts';
import { isPending, View } from '../../src/engine/view.ts';
import { joinShell, Shell, sh } from '../../src/shell/quote.ts';
import { CONFIRMED, runLines } from '../../src/ssh/session/request-script.ts';
import { answers, type LocalShell, runScript } from './local-shell.ts';

const context: LookContext = { proofs: new Map(), deep: false, relist: false };

/** Compares many things with what is really there on this machine: the looks of one kind are asked together, as a run does. */
export function comparedAll(
  shell: LocalShell,
  wanted: readonly ((view: View) => Comparison)[],
): readonly Comparison[] {
  const known = new Map<string, unknown>();
  for (;;) {
    const missing = new Map<string, HostLook<unknown>>();
    const done = wanted.map((compare) => {
      const view = new View(known, missing as never, new Overlay(), {
        context,
        baseDirectory: '/',
        actingUser: 'root',
      });
      try {
        return compare(view);
      } catch (error) {
        if (!isPending(error)) throw error;
        return undefined;
      }
    });
    if (missing.size === 0) return done as readonly Comparison[];
    for (const kind of new Set([...missing.values()].map((look) => look.kind))) {
      const looks = [...missing.values()].filter((look) => look.kind === kind);
      const found = answers(shell, looks);
      for (const [index, look] of looks.entries()) known.set(storeKey(look, 'root'), found[index]);
    }
  }
}

/** Carries actions out, one after the other in one process. Gives what went wrong. */
export function carryOutAll(shell: LocalShell, actions: readonly Action[]): readonly string[] {
  const input = Buffer.concat(actions.map((action) => Buffer.from(action.input?.bytes ?? [])));
  const parts = actions.map(({ title, script, input: given }) => {
    const body = sh`set -eu; ${script}`;
    const run = runLines({ script: body, ...(given === undefined ? {} : { input: given }) });
    const text = [...run, ...(given?.taken === true ? [CONFIRMED] : [])].join('\n');
    return joinShell([new Shell(text), sh`[ $rc -eq 0 ] || echo ${title}`]);
  });
  const { code, stdout, stderr } = runScript(shell, joinShell(parts), { input });
  const said = stdout.toString('utf8').trim();
  return said === '' && code === 0 ? [] : [said, stderr.toString('utf8'), String(code)];
}
