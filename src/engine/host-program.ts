import type { Scope, VariableTable } from '../expressions/scope.ts';
import type { Play, PlaybookStep } from '../playbook/model.ts';

/** Everything one host is to become: its steps in order, with the variables they see. */
export interface HostProgram {
  readonly host: string;
  readonly sections: readonly ProgramSection[];
  /** The user that logs in: steps without become act as this one. */
  readonly loginUser: string;
  readonly become: { readonly enabled: boolean; readonly user: string };
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
