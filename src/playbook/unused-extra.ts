import type { Diagnostic } from '../documents/diagnostic.ts';
import { nearest } from '../documents/suggest.ts';
import type { Origin, Play, Playbook } from '../engine/playbook.ts';
import type { Reference } from '../expressions/reference.ts';
import type { VariableTable } from '../expressions/scope.ts';
import { isConnectionVariable, misspelledVariable } from '../inventory/connection-variables.ts';
import { compiledDefinition } from '../inventory/host-scope.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { referencesOf } from './step-references.ts';
import { templatesOf } from './step-templates.ts';
import { RESERVED_NAMES } from './variables.ts';

/** A variable of `-e`. */
export interface ExtraName {
  readonly name: string;
  /** Where it stands, when it comes from a file. Such a file may be meant for other playbooks too. */
  readonly origin?: Origin;
}

/** Hints name no more variables than these. */
const MOST_NAMED = 12;

/**
 * Variables of `-e` that nothing uses: neither a play, whatever hosts and tags are chosen, nor a variable of the
 * inventory, nor the connection. Those of a file are told only when they look like the misspelling of a used one. A name
 * that begins with `_` says that this is meant.
 */
export function unusedExtraVars(
  extra: readonly ExtraName[],
  playbooks: readonly Playbook[],
  inventory: Inventory,
): readonly Diagnostic[] {
  const suspects = extra.filter(({ name }) => !name.startsWith('_') && !isConnectionVariable(name));
  const plays = playbooks.flatMap((playbook) => playbook.plays);
  // A template that cannot be read yet may use anything.
  if (suspects.length === 0 || plays.some(isOpaque)) return [];
  const used = new Set(plays.flatMap(playReferences).map(({ path }) => path[0]));
  if (suspects.every(({ name }) => used.has(name))) return [];
  for (const { path } of inventoryReferences(inventory)) used.add(path[0]);
  const given = new Set(extra.map(({ name }) => name));
  const results = new Set(plays.flatMap(({ steps }) => steps.map(({ register }) => register)));
  const settable = [...used].filter(
    (name) => !given.has(name) && !results.has(name) && !RESERVED_NAMES.has(name),
  );
  return suspects.flatMap((suspect) => (used.has(suspect.name) ? [] : warning(suspect, settable)));
}

function warning({ name, origin }: ExtraName, settable: readonly string[]): readonly Diagnostic[] {
  const near = nearest(name, settable) ?? misspelledVariable(name);
  if (origin !== undefined && near === undefined) return [];
  const message = `${origin === undefined ? '-e: ' : ''}nothing uses the variable \`${name}\``;
  const names = settable.map((one) => `\`${one}\``).sort();
  const list = names.length > 0 && names.length <= MOST_NAMED ? `in use: ${names.join(', ')}` : undefined;
  const hint = near === undefined ? list : `did you mean \`${near}\`?`;
  return [
    {
      severity: 'warning',
      code: 'unused-extra-variable',
      message,
      ...origin,
      ...(hint === undefined ? {} : { hint }),
    },
  ];
}

function isOpaque(play: Play): boolean {
  return play.steps.some((step) => templatesOf(step, play).incomplete);
}

function playReferences(play: Play): readonly Reference[] {
  return [
    ...tableReferences(play.vars),
    ...play.steps.flatMap((step) => [
      ...referencesOf(step, play),
      ...(step.vars === undefined ? [] : tableReferences(step.vars)),
    ]),
  ];
}

function tableReferences(table: VariableTable): readonly Reference[] {
  return [...table.keys()].flatMap((name) => table.get(name)?.references ?? []);
}

/** Hosts share definitions: each counts once. */
function inventoryReferences({ hosts }: Inventory): readonly Reference[] {
  const definitions = new Set(
    [...hosts.values()].flatMap((host) => Object.keys(host.vars).map((name) => host.definition(name))),
  );
  return [...definitions].flatMap((one) => (one === undefined ? [] : compiledDefinition(one).references));
}
