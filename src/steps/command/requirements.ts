import { fail, type View } from '../../engine/view.ts';
import { programLook } from '../../looks/program.ts';
import { statLook } from '../../looks/stat.ts';
import { followed } from '../../resources/follow.ts';
import { normalPath } from '../../resources/host-path.ts';
import type { CommandArgs } from './schema.ts';

/** The looks that `requireRunnable` begins with; ask them together with others to save a trip. */
export function runnableLooks({ argv, chdir, env }: CommandArgs) {
  const program = argv?.[0];
  return [
    ...(chdir === undefined ? [] : [statLook(normalPath(chdir))]),
    ...(program?.startsWith('/') === true ? [statLook(normalPath(program))] : []),
    ...(program === undefined || program.includes('/') || env?.PATH !== undefined
      ? []
      : [programLook(program)]),
  ];
}

/** Fails when the working directory or the program is neither on the host nor brought by an earlier step. */
export function requireRunnable(args: CommandArgs, view: View): void {
  view.see(...runnableLooks(args));
  const { argv, chdir, env } = args;
  if (chdir !== undefined) requireDirectory(normalPath(chdir), view);
  const program = argv?.[0];
  if (program === undefined) return;
  if (program.includes('/')) {
    const path = program.startsWith('/') ? program : chdir === undefined ? undefined : `${chdir}/${program}`;
    if (path !== undefined) requireProgram(normalPath(path), view);
    return;
  }
  if (env?.PATH !== undefined) return;
  const [there] = view.see(programLook(program));
  if (!there) {
    fail(
      `there is no program "${program}" on this host`,
      'install it with an earlier step, or name it by its whole path',
    );
  }
}

function requireDirectory(path: string, view: View): void {
  const state = followed(view, path);
  if (!state.exists) {
    fail(`the working directory ${path} does not exist on this host, and no earlier step creates it`);
  }
  if (state.type !== 'directory' && state.type !== 'unknown') fail(`${path} is not a directory on this host`);
}

function requireProgram(path: string, view: View): void {
  const state = followed(view, path);
  if (!state.exists) {
    fail(`there is no program ${path} on this host, and no earlier step brings it`);
  }
  if (state.type === 'unknown') return;
  if (state.type !== 'file') fail(`${path} is not a program on this host, but a ${state.type}`);
  if (state.mode !== '' && (Number.parseInt(state.mode, 8) & 0o111) === 0) {
    fail(`${path} is not executable on this host`, 'set its mode with a "file" step');
  }
}
