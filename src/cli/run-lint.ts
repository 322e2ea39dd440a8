import { dirname } from 'node:path';
import { type Diagnostic, hasErrors } from '../documents/diagnostic.ts';
import { sortDiagnostics } from '../documents/format.ts';
import { loadInventory } from '../inventory/load.ts';
import { lintPlaybooks } from '../playbook/lint.ts';
import { count } from '../reports/quantity.ts';
import type { OutputArguments, StepArguments } from './arguments.ts';
import { showDiagnostics } from './diagnostics.ts';
import { EXIT } from './exit-code.ts';
import { readExtraVars } from './extra-vars.ts';
import type { HostArguments } from './host-arguments.ts';
import { createOpener, extraVarsReader } from './open-secrets.ts';
import { Output } from './output.ts';

export interface LintArguments {
  readonly hosts: HostArguments;
  readonly steps: StepArguments;
  readonly output: OutputArguments;
}

const UNREAD = 'a secret that stands elsewhere is read by a run, not by a check';

/** Checks playbooks; resolves with 0, or with 1 when there are errors (warnings alone are no error). */
export async function lint({ hosts, steps, output: shown }: LintArguments): Promise<number> {
  const output = new Output(process.stdout);
  const opener = await createOpener(hosts.secrets, { unread: UNREAD });
  const playbookDir = dirname(steps.playbooks[0]!);
  const unchecked = hosts.inventory.length === 0;
  const found = await opener.settle(async (read): Promise<readonly Diagnostic[]> => {
    const extra = readExtraVars(hosts.extraVars, extraVarsReader(opener));
    const loaded = unchecked ? undefined : loadInventory(hosts.inventory, { playbookDir, read });
    const more = await lintPlaybooks({
      playbooks: steps.playbooks,
      tags: steps.tags,
      skipTags: steps.skipTags,
      read,
      extraVars: extra.values,
      secretExtraVars: extra.secret,
      extraNames: extra.names,
      ...(loaded?.inventory === undefined ? {} : { inventory: loaded.inventory }),
      ...(hosts.limit === undefined ? {} : { limit: hosts.limit }),
    });
    return [...extra.diagnostics, ...(loaded?.diagnostics ?? []), ...more];
  });
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
  if (unchecked) sayUnchecked(shown.json ? (line) => process.stderr.write(`${line}\n`) : output.line);
  return hasErrors(found) ? EXIT.error : EXIT.done;
}

/** What only an inventory can tell must not pass for checked. */
function sayUnchecked(say: (line: string) => void): void {
  say('Not checked without an inventory (-i): host patterns, variables, artifacts.');
}
