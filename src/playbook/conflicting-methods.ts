import type { Diagnostic } from '../documents/diagnostic.ts';
import { actingUser, becomeMethod, type HostProgram } from '../engine/host-program.ts';
import type { PlaybookStep } from '../engine/playbook.ts';
import type { BecomeMethod } from '../inventory/become-methods.ts';
import { problemAtOrigin } from './problem.ts';

/** Steps that become one user of a host by another program than earlier steps: each user has one shell there. */
export function conflictingMethods(programs: readonly HostProgram[]): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const program of programs) {
    if (!program.sections.some(({ steps }) => namesMethod(steps))) continue;
    const first = new Map<string, BecomeMethod>();
    for (const step of program.sections.flatMap(({ steps }) => steps)) {
      const user = actingUser(program, step);
      if (user === program.loginUser) continue;
      const method = becomeMethod(program, step);
      const before = first.get(user) ?? method;
      first.set(user, before);
      if (method === before || found.has(step.id)) continue;
      found.set(
        step.id,
        problemAtOrigin(step.kindOrigin ?? step.origin, {
          code: 'become-method-conflict',
          message: `this step becomes "${user}" with ${method}, an earlier one with ${before}: a host has one shell for each user`,
          hint: `set one become_method for all steps that act as "${user}"`,
        }),
      );
    }
  }
  return [...found.values()];
}

const naming = new WeakMap<readonly PlaybookStep[], boolean>();

/** Whether one of the steps says by which program it becomes another user; hosts share the steps of a play. */
function namesMethod(steps: readonly PlaybookStep[]): boolean {
  let known = naming.get(steps);
  if (known === undefined) {
    known = steps.some((step) => step.becomeMethod !== undefined);
    naming.set(steps, known);
  }
  return known;
}
