import { dirname } from 'node:path';
import { type Diagnostic, hasErrors } from '../documents/diagnostic.ts';
import { sortDiagnostics } from '../documents/format.ts';
import { loadInventory } from '../inventory/load.ts';
import { lintPlaybooks } from '../playbook/lint.ts';
import { count } from '../reports/quantity.ts';
import type { HostArguments, OutputArguments, StepArguments } from './arguments.ts';
import { showDiagnostics } from './diagnostics.ts';
import { EXIT } from './exit-code.ts';
import { readExtraVars } from './extra-vars.ts';
import { Output } from './output.ts';

export interface LintArguments {
  readonly hosts: HostArguments;
  readonly steps: StepArguments;
  readonly output: OutputArguments;
}

/** Checks playbooks; resolves with 0, or with 1 when there are errors (warnings alone are no error). */
export async function lint({ hosts, steps, output: shown }: LintArguments): Promise<number> {
  const output = new Output(process.stdout);
  const extra = readExtraVars(hosts.extraVars);
  const found: Diagnostic[] = [...extra.diagnostics];
  const loaded =
    hosts.inventory.length === 0
      ? undefined
      : loadInventory(hosts.inventory, { playbookDir: dirname(steps.playbooks[0]!) });
  found.push(...(loaded?.diagnostics ?? []));
  found.push(
    ...(await lintPlaybooks({
      playbooks: steps.playbooks,
      tags: steps.tags,
      skipTags: steps.skipTags,
      extraVars: extra.values,
      extraNames: extra.names,
      ...(loaded?.inventory === undefined ? {} : { inventory: loaded.inventory }),
      ...(hosts.limit === undefined ? {} : { limit: hosts.limit }),
    })),
  );
  showDiagnostics(found, shown, output.line);
  // What is not shown, because an error says more, is not counted.
  const told = sortDiagnostics(found);
  if (!shown.json) {
    const files = count(steps.playbooks.length, 'playbook');
    const of = (severity: string): number => told.filter((one) => one.severity === severity).length;
    const warnings = of('warning') === 0 ? '' : `, ${count(of('warning'), 'warning')}`;
    output.line(
      found.length === 0
        ? `${files}: no problems found`
        : `\n${files}: ${count(of('error'), 'error')}${warnings}`,
    );
  }
  if (loaded === undefined)
    sayUnchecked(shown.json ? (line) => process.stderr.write(`${line}\n`) : output.line);
  return hasErrors(found) ? EXIT.error : EXIT.done;
}

/** What only an inventory can tell must not pass for checked. */
function sayUnchecked(say: (line: string) => void): void {
  say('Not checked without an inventory (-i): host patterns, variables, artifacts.');
}
