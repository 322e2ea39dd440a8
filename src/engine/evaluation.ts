import { askerFor } from './asker.ts';
import { actingUser, type HostProgram, type ProgramSection } from './host-program.ts';
import type { HostState } from './host-state.ts';
import type { HostLook, Look } from './look.ts';
import type { Overlay } from './overlay.ts';
import type { PlaybookStep } from './playbook.ts';
import { View } from './view.ts';

/** Everything an evaluation needs to know besides the step. */
export interface EvaluationContext {
  readonly program: HostProgram;
  readonly state: HostState;
  readonly overlay: Overlay;
  /** Filled with the looks that have no answer yet, by store key. */
  readonly missing: Map<string, Look<unknown>>;
  /** No host is asked: steps are compared as if every user that they act as were there. */
  readonly anyUser?: true;
}

/** The host as a step sees it. */
export function viewFor(
  { section, step }: { readonly section: ProgramSection; readonly step: PlaybookStep },
  context: EvaluationContext,
  more: { readonly rendered?: Map<string, string>; readonly seen?: Map<string, HostLook<unknown>> },
): View {
  const user = actingUser(context.program, step);
  const options = {
    context: context.state.lookContext,
    baseDirectory: section.play.baseDirectory,
    actingUser: user,
    loginUser: context.program.loginUser,
    guarded: context.state.unguarded !== true,
    loggedInBy: context.state.loggedInBy ?? [],
    asker: askerFor(user, context, more.seen),
    timeout: step.timeout,
    ...(more.rendered === undefined ? {} : { rendered: more.rendered }),
  };
  return new View(context.state.answers, context.missing, context.overlay, options, more.seen);
}
