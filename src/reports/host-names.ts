import type { Symbols } from './style.ts';

interface Numbered {
  readonly name: string;
  /** Texts and digits in turn; digits at odd places. */
  readonly parts: readonly string[];
}

/** Made when it is first needed: that takes 20 ms. */
let natural: Intl.Collator | undefined;

interface NameRange {
  readonly text: string;
  readonly hosts: number;
}

/** Host names in natural order, with runs of three and more written as ranges: `db1, web01…web18`. */
function compressNames(names: readonly string[], symbols: Symbols): readonly NameRange[] {
  natural ??= new Intl.Collator('en', { numeric: true });
  const sorted = [...names].sort(natural.compare).map((name) => ({ name, parts: name.split(/(\d+)/) }));
  const runs: Numbered[][] = [];
  for (const host of sorted) {
    const run = runs.at(-1);
    if (run !== undefined && continues(run, host)) run.push(host);
    else runs.push([host]);
  }
  return runs.flatMap((run) =>
    run.length < 3
      ? run.map(({ name }) => ({ text: name, hosts: 1 }))
      : [{ text: `${run[0]!.name}${symbols.cut}${run.at(-1)!.name}`, hosts: run.length }],
  );
}

/**
 * Hosts in a few words: the name of one, or how many and which. At most `most` names and ranges are written
 * out; how many hosts are left over is said.
 */
export function listHosts(names: readonly string[], symbols: Symbols, most = 12): string {
  if (names.length === 1) return names[0]!;
  return `${names.length} hosts: ${nameHosts(names, symbols, most)}`;
}

/** As `listHosts`, without the number. */
export function nameHosts(names: readonly string[], symbols: Symbols, most = 12): string {
  const ranges = compressNames(names, symbols);
  const shown = ranges.slice(0, most);
  const rest = names.length - shown.reduce((sum, { hosts }) => sum + hosts, 0);
  return `${shown.map(({ text }) => text).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Whether a host is the next of a run: one number is one higher, all else is the same. */
function continues(run: readonly Numbered[], host: Numbered): boolean {
  const last = run.at(-1)!;
  const at = differing(last, host);
  if (at === undefined || at % 2 === 0) return false;
  if (run.length > 1 && differing(run.at(-2)!, last) !== at) return false;
  const before = last.parts[at]!;
  const after = host.parts[at]!;
  if (before.length > 15 || after.length > 15 || Number(after) !== Number(before) + 1) return false;
  const padded = before.startsWith('0') || after.startsWith('0');
  return !padded || before.length === after.length;
}

/** The one place where two names differ; undefined when there are more, or their shape is another. */
function differing(a: Numbered, b: Numbered): number | undefined {
  if (a.parts.length !== b.parts.length) return undefined;
  const places = a.parts.flatMap((part, index) => (part === b.parts[index] ? [] : [index]));
  return places.length === 1 ? places[0] : undefined;
}
