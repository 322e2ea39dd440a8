import type { Change } from '../../engine/change.ts';
import type { Effect } from '../../engine/effect.ts';
import type { Json } from '../../engine/json.ts';
import type { ActionResult, ActionVerdict, Comparison } from '../../engine/step-kind.ts';
import { failHavingSaid, type View } from '../../engine/view.ts';
import { type CommandLine, type CommandResult, commandLook, commandScript } from '../../looks/command.ts';
import { statLook } from '../../looks/stat.ts';
import { normalPath } from '../../resources/host-path.ts';
import { quote } from '../../shell/quote.ts';
import { requireSensible, text, unexpected } from './expect.ts';
import { requireRunnable, runnableLooks } from './requirements.ts';
import type { CommandArgs, Program } from './schema.ts';

/** A command that runs when its guards say so, or that only asks. */
export function compare(args: CommandArgs, view: View): Comparison {
  requireSensible(args.expect);
  return args.read_only === true ? ask(args, view) : act(args, view);
}

function ask(args: CommandArgs, view: View): Comparison {
  const look = commandLook(commandLine(args, view));
  if (!view.changesPending) view.see(...runnableLooks(args), look);
  requireRunnable(args, view);
  const [result] = view.see(look);
  const problem = unexpected(result, args.expect);
  if (problem !== undefined) failHavingSaid(outputOf(result), `${display(args)}: ${problem}`);
  return { changes: [], effects: [], actions: () => [], output: outputOf(result) };
}

function act(args: CommandArgs, view: View): Comparison {
  const { creates, removes } = args;
  const paths = [creates, removes].flatMap((path) => (path === undefined ? [] : [normalPath(path)]));
  const guards = [args.unless, args.only_if].flatMap((guard) =>
    guard === undefined ? [] : [commandLook(guardLine(guard, args, view))],
  );
  // While earlier steps are pending, guards have no answer, which matters only when the paths leave it open.
  view.see(
    ...paths.map((path) => statLook(path)),
    ...(view.changesPending ? [] : [...guards, ...runnableLooks(args)]),
  );
  if (isSettled(args, view)) {
    return { changes: [], effects: [], actions: () => [], output: { rc: 0, stdout: '', stderr: '' } };
  }
  requireRunnable(args, view);
  const change: Change = { resource: 'command', target: display(args), action: 'run' };
  const convergent = creates !== undefined || removes !== undefined || args.unless !== undefined;
  return {
    changes: [change],
    effects: effectsOf(args),
    actions: () => [
      {
        title: `running ${display(args)}`,
        script: commandScript(commandLine(args, view)),
        judge: (result) => judge(args, result),
      },
    ],
    ...(convergent ? {} : { always: true }),
  };
}

/** Tells whether some guard says that there is nothing to do. */
function isSettled(args: CommandArgs, view: View): boolean {
  const { creates, removes, unless, only_if: onlyIf } = args;
  if (creates !== undefined && view.see(statLook(normalPath(creates)))[0].exists) return true;
  if (removes !== undefined && !view.see(statLook(normalPath(removes)))[0].exists) return true;
  if (unless !== undefined && view.see(commandLook(guardLine(unless, args, view)))[0].rc === 0) return true;
  return onlyIf !== undefined && view.see(commandLook(guardLine(onlyIf, args, view)))[0].rc !== 0;
}

function effectsOf(args: CommandArgs): readonly Effect[] {
  const effects: Effect[] = [{ type: 'anything', reason: `the command ${display(args)}` }];
  if (args.creates !== undefined) {
    const path = normalPath(args.creates);
    const state = {
      exists: true,
      type: 'unknown',
      mode: '',
      owner: '',
      group: '',
      size: 0,
      mtime: 0,
    } as const;
    effects.push({ type: 'path', path, state });
  }
  if (args.removes !== undefined) {
    effects.push({ type: 'path', path: normalPath(args.removes), state: { exists: false }, fresh: true });
  }
  return effects;
}

function judge(args: CommandArgs, { code, stdout, stderr }: ActionResult): ActionVerdict {
  const result: CommandResult = { rc: code, stdout, stderr };
  const problem = unexpected(result, args.expect);
  return {
    output: outputOf(result),
    ...(problem === undefined ? {} : { failure: `${display(args)}: ${problem}` }),
  };
}

function outputOf({ rc, stdout, stderr }: CommandResult): { readonly [key: string]: Json } {
  return { rc, stdout: text(stdout), stderr: text(stderr) };
}

function commandLine(args: CommandArgs, view: View): CommandLine {
  const { argv, shell, chdir, env, stdin } = args;
  return {
    argv: argv ?? ['/bin/sh', '-c', shell ?? ''],
    timeout: view.timeout,
    ...(chdir === undefined ? {} : { chdir }),
    ...(env === undefined ? {} : { env }),
    ...(stdin === undefined ? {} : { stdin }),
  };
}

function guardLine(guard: Program, { chdir, env }: CommandArgs, view: View): CommandLine {
  const asked: CommandArgs = typeof guard === 'string' ? { shell: guard } : { argv: guard };
  return commandLine(
    { ...asked, ...(chdir === undefined ? {} : { chdir }), ...(env === undefined ? {} : { env }) },
    view,
  );
}

/** The command as somebody would type it. */
function display({ argv, shell }: CommandArgs): string {
  return argv === undefined ? (shell ?? '').trim() : argv.map(quote).join(' ');
}
