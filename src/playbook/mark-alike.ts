import type { HostProgram } from '../engine/host-program.ts';
import { type HostClasses, type HostGroup, hostGroups } from './host-classes.ts';
import { referencesOf } from './step-references.ts';

/**
 * Marks the programs that cannot be told apart before their hosts are asked (`alike`): same plays, same users, and the
 * same values of everything that their steps name.
 */
export function markAlike(programs: readonly HostProgram[]): readonly HostProgram[] {
  const marks = new Map<HostProgram, object>();
  const same = new Map<string, HostProgram[]>();
  for (const [index, group] of hostGroups(programs).entries()) {
    const classes = classesOf(group);
    for (const [host, program] of group.programs.entries()) {
      const { loginUser, become } = program;
      const values = classes.map((classOf) => classOf[host]).join(' ');
      const key = JSON.stringify([index, loginUser, become.enabled, become.user, become.method, values]);
      const members = same.get(key) ?? [];
      same.set(key, members);
      members.push(program);
    }
  }
  // A host that is like no other needs no mark: nothing is kept for others then.
  for (const members of same.values()) {
    if (members.length > 1) for (const program of members) marks.set(program, members);
  }
  return programs.map((program) => {
    const alike = marks.get(program);
    return alike === undefined ? program : { ...program, alike };
  });
}

/** For each way in which steps tell the hosts of a group apart, the class of each host. */
function classesOf({ programs, classes }: HostGroup): readonly Int32Array[] {
  const splits = new Set<ReturnType<HostClasses['split']>>();
  for (const [at, { play, steps }] of programs[0].sections.entries()) {
    for (const step of steps) {
      const split = (classes[at] as HostClasses).split('values', referencesOf(step, play), step.vars);
      if (split.length > 1) splits.add(split);
    }
  }
  return [...splits].map((split) => {
    const classOf = new Int32Array(programs.length);
    for (const [id, hosts] of split.entries()) for (const host of hosts) classOf[host] = id;
    return classOf;
  });
}
