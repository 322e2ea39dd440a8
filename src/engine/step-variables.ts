import type { Scope, VariableTable } from '../expressions/scope.ts';
import type { ProgramSection } from './host-program.ts';
import type { PlaybookStep } from './playbook.ts';

/** Where variables are looked up that a step names: its own before those of its play. */
export function variablesOf(
  { vars }: Pick<PlaybookStep, 'vars'>,
  { variables }: Pick<ProgramSection, 'variables'>,
): readonly VariableTable[] {
  return vars === undefined ? variables : [vars, ...variables];
}

/** A scope with a step's own variables, which win over all others. */
export function withVariablesOf({ vars }: Pick<PlaybookStep, 'vars'>, scope: Scope): Scope {
  return vars === undefined ? scope : scope.extend({ variables: [vars] });
}
