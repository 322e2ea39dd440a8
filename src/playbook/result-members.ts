import { nearest } from '../documents/suggest.ts';
import type { PlaybookStep } from '../engine/playbook.ts';
import type { Known } from '../expressions/check.ts';

/** Results that are there by the time a step is reached, by name, with what is known of them. */
export type Registered = ReadonlyMap<string, Known>;

const OF_EVERY_STEP = ['changed', 'failed', 'skipped', 'message'];
const OF_A_LOOP = ['changed', 'results'];
const OF_KINDS: Readonly<Record<string, readonly string[]>> = { command: ['rc', 'stdout', 'stderr'] };

/** Adds what a step registers. Of two steps that register one name, either may have been the last. */
export function addResult(registered: Map<string, Known>, step: PlaybookStep): void {
  const { register } = step;
  if (register === undefined) return;
  const before = registered.get(register);
  const result = resultOf(step, register);
  if (before?.kind === 'members') {
    registered.set(register, {
      ...before,
      ...result,
      names: [...new Set([...before.names, ...result.names])],
    });
  } else if (before === undefined) registered.set(register, result);
}

function resultOf({ kind: { name: kind }, loop }: PlaybookStep, name: string) {
  const own = [...OF_EVERY_STEP, ...(OF_KINDS[kind] ?? [])];
  const names = loop === undefined ? own : OF_A_LOOP;
  const owner = loop === undefined ? `the result of a \`${kind}\`` : 'the result of a `loop`';
  const list = `it has ${names.join(', ')}`;

  function instead(member: string): string | undefined {
    if (loop !== undefined && own.includes(member)) {
      return `a loop has a list: ${name}.results[0].${member}, or ${name}.results.map(one, one.${member})`;
    }
    if (kind === 'command' && loop === undefined) {
      const stream = /^(stdout|stderr)_lines$/.exec(member)?.[1];
      if (stream !== undefined) return `write split(${name}.${stream}, "\\n")`;
    }
    if (member === 'stat')
      return `${list}; [test, -e, PATH] as a \`command\` with \`read_only: true\` says with \`rc\``;
    if (member === 'msg') return `write ${name}.message`;
    return undefined;
  }

  // `problem` gives the nearest spelling where nothing better is said.
  const otherwise = (member: string) => (nearest(member, names) === undefined ? list : undefined);
  return {
    kind: 'members' as const,
    names,
    owner,
    instead: (member: string) => instead(member) ?? otherwise(member),
  };
}
