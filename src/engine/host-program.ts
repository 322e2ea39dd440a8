import type { Scope, VariableTable } from '../expressions/scope.ts';
import type { BecomeMethod } from '../inventory/become-methods.ts';
import type { Play, PlaybookStep } from './playbook.ts';

/** Everything one host is to become: its steps in order, with the variables they see. */
export interface HostProgram {
  readonly host: string;
  readonly sections: readonly ProgramSection[];
  /** The user that logs in: steps without become act as this one. */
  readonly loginUser: string;
  readonly become: {
    readonly enabled: boolean;
    readonly user: string;
    /** Where a step says nothing else. Default sudo. */
    readonly method?: BecomeMethod;
  };
  /**
   * Programs with the same value cannot be told apart before their hosts are asked: the same steps for the same users, and
   * everything that these steps name is the same. Absent: it may be like no other.
   */
  readonly alike?: object;
}

/** The steps of one play, with its scope for this host. */
export interface ProgramSection {
  readonly play: Play;
  readonly steps: readonly PlaybookStep[];
  /** Extra variables, play variables, host variables: no facts, no results. */
  readonly scope: Scope;
  /** The same tables, for finding the facts that a variable needs. */
  readonly variables: readonly VariableTable[];
}

/** Under which user a step acts on a host. */
export function actingUser(program: HostProgram, step: PlaybookStep): string {
  const become = step.become ?? program.become.enabled;
  return become ? (step.becomeUser ?? program.become.user) : program.loginUser;
}

/** How a step's user is become, where it is not the one that logs in. */
export function becomeMethod(program: HostProgram, step: PlaybookStep): BecomeMethod {
  return step.becomeMethod ?? program.become.method ?? 'sudo';
}

/** How a user is become on a host: all steps that act as one user agree (see `conflictingMethods`). */
export function becomeMethodOf(program: HostProgram, user: string): BecomeMethod {
  for (const { steps } of program.sections) {
    const step = steps.find((one) => one.becomeMethod !== undefined && actingUser(program, one) === user);
    if (step !== undefined) return becomeMethod(program, step);
  }
  return program.become.method ?? 'sudo';
}
