import type { HostProgram, ProgramSection } from '../engine/host-program.ts';
import type { Reference } from '../expressions/reference.ts';
import type { Scope, VariableTable } from '../expressions/scope.ts';
import type { CompiledValue } from '../expressions/value.ts';
import { RESERVED_NAMES } from './variables.ts';

/** Hosts, by their index, to which the same holds: what is true of the first is true of all. */
export type HostClass = readonly [number, ...number[]];

export type HostDifference = 'values' | 'definitions' | 'shapes';

/** Tells the hosts of a play apart by what given references mean to them. */
export interface HostClasses {
  /**
   * `values`: hosts of a class see the same values, `definitions`: only the same definitions of variables, while
   * what the tool itself gives (`inventory_hostname`) may differ. `shapes`: the same values, but where the host's name is
   * only written into longer texts, it is one that looks alike: `web-02` for `web-01`.
   */
  split(by: HostDifference, references: readonly Reference[], stepVars?: VariableTable): readonly HostClass[];
  /**
   * The places in `split('values')` of the first class of each shape, in their order: what holds for these holds for all
   * as far as the letters and digits of a name do not matter.
   */
  likeNoOther(references: readonly Reference[], stepVars?: VariableTable): readonly number[];
  /** The names that the references need, directly or through other variables, on any host. */
  names(references: readonly Reference[], stepVars?: VariableTable): readonly string[];
}

interface NameClasses {
  /** The class of each host; undefined when all hosts are in one. */
  readonly classOf?: Int32Array;
  /** The different definitions. */
  readonly definitions: readonly CompiledValue[];
}

/**
 * Static checks must cost the same for 5 hosts and for 5,000: hosts share the definitions of their variables, so
 * a step needs to be looked at once for each combination of the definitions that it really uses.
 */
function createHostClasses(sections: readonly ProgramSection[], hosts: readonly string[]): HostClasses {
  const shared = sharedTables(sections);
  const names = new Map<string, NameClasses>();
  const splits = new Map<string, readonly HostClass[]>();
  const firsts = new Map<readonly HostClass[], Map<readonly HostClass[], readonly number[]>>();

  function classesOf(name: string): NameClasses {
    let known = names.get(name);
    if (known === undefined) {
      known =
        name === SHAPE
          ? { ...withClasses(classify(hosts, shapeOf)), definitions: [] }
          : findClasses(name, sections, shared);
      names.set(name, known);
    }
    return known;
  }

  function split(
    by: HostDifference,
    references: readonly Reference[],
    stepVars?: VariableTable,
  ): readonly HostClass[] {
    const telling = by === 'shapes' ? references.filter((reference) => !isNameInText(reference)) : references;
    const differing = closure(telling, stepVars, classesOf).filter(
      (name) => !(by === 'definitions' && RESERVED_NAMES.has(name)) && classesOf(name).classOf !== undefined,
    );
    if (telling.length < references.length) differing.push(SHAPE);
    const key = differing.sort().join(' ');
    let known = splits.get(key);
    if (known === undefined) {
      known = combine(
        differing.flatMap((name) => classesOf(name).classOf ?? []),
        sections.length,
      );
      splits.set(key, known);
    }
    return known;
  }

  function likeNoOther(references: readonly Reference[], stepVars?: VariableTable): readonly number[] {
    const values = split('values', references, stepVars);
    const shapes = split('shapes', references, stepVars);
    let known = firsts.get(values)?.get(shapes);
    if (known === undefined) {
      const places = new Map(values.map(([host], at) => [host, at]));
      // The first host of a shape is the first of its class of values too: those are parts of shapes.
      known = shapes.flatMap(([host]) => places.get(host) ?? []);
      const ofValues = firsts.get(values) ?? new Map();
      firsts.set(values, ofValues.set(shapes, known));
    }
    return known;
  }

  return { split, likeNoOther, names: (references, stepVars) => closure(references, stepVars, classesOf) };
}

/** The variables that references need, directly or through other variables, on any host. */
function closure(
  references: readonly Reference[],
  stepVars: VariableTable | undefined,
  classesOf: (name: string) => NameClasses,
): string[] {
  const found = new Set<string>();
  const open = references.map(({ path }) => path[0]);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const own = stepVars?.get(name);
    const definitions =
      own !== undefined ? [own] : RESERVED_NAMES.has(name) ? [] : classesOf(name).definitions;
    for (const definition of definitions) for (const { path } of definition.references) open.push(path[0]);
  }
  return [...found].filter((name) => stepVars?.get(name) === undefined);
}

/** Stands for how the names of hosts look; no variable has such a name. */
const SHAPE = 'shape of name';

function isNameInText({ path: [name], withinText }: Reference): boolean {
  return withinText === true && name.startsWith('inventory_hostname') && RESERVED_NAMES.has(name);
}

/** Letters and digits of one kind stand for each other. */
function shapeOf(name: string): string {
  let shape = '';
  for (let at = 0; at < name.length; at += 1) {
    const letter = name[at] as string;
    if (letter >= 'a' && letter <= 'z') shape += 'a';
    else if (letter >= 'A' && letter <= 'Z') shape += 'A';
    else shape += letter >= '0' && letter <= '9' ? '0' : letter;
  }
  return shape;
}

function findClasses(
  name: string,
  sections: readonly ProgramSection[],
  shared: readonly VariableTable[],
): NameClasses {
  const common = shared.map((table) => table.get(name)).find((found) => found !== undefined);
  if (common !== undefined) return { definitions: [common] };
  if (RESERVED_NAMES.has(name)) return builtinClasses(name, sections);
  const found = new Set<CompiledValue>();
  const classOf = classify(sections, (section) => {
    const definition = definitionOf(name, section);
    if (definition !== undefined) found.add(definition);
    return definition;
  });
  return { ...withClasses(classOf), definitions: [...found] };
}

function withClasses(classOf: Int32Array | undefined): Pick<NameClasses, 'classOf'> {
  return classOf === undefined ? {} : { classOf };
}

function classify<Host>(
  hosts: readonly Host[],
  identityOf: (host: Host, index: number) => unknown,
): Int32Array | undefined {
  const ids = new Map<unknown, number>();
  const classOf = new Int32Array(hosts.length);
  hosts.forEach((host, index) => {
    const identity = identityOf(host, index);
    let id = ids.get(identity);
    if (id === undefined) {
      id = ids.size;
      ids.set(identity, id);
    }
    classOf[index] = id;
  });
  return ids.size > 1 ? classOf : undefined;
}

function definitionOf(name: string, { variables }: ProgramSection): CompiledValue | undefined {
  for (const table of variables) {
    const found = table.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Every host has a name of its own, and may have groups of its own; the rest is the same for all, or not known yet. */
function builtinClasses(name: string, sections: readonly ProgramSection[]): NameClasses {
  const classOf = name.startsWith('inventory_hostname')
    ? classify(sections, (_, index) => index)
    : name === 'group_names'
      ? classify(sections, ({ scope }) => groupsOf(scope))
      : undefined;
  return { ...withClasses(classOf), definitions: [] };
}

function groupsOf(scope: Scope): string {
  const found = scope.lookup('group_names');
  return found.ok && Array.isArray(found.value) ? found.value.join(' ') : '';
}

/** The tables that all sections have in common: a name found there is the same for all. */
function sharedTables(sections: readonly ProgramSection[]): readonly VariableTable[] {
  const tables = sections[0]?.variables ?? [];
  const end = tables.findIndex((table, at) => sections.some(({ variables }) => variables[at] !== table));
  return end < 0 ? tables : tables.slice(0, end);
}

function combine(parts: readonly Int32Array[], size: number): readonly HostClass[] {
  const [first, ...others] = parts;
  if (first === undefined)
    return size === 0 ? [] : [Array.from({ length: size }, (_, host) => host) as unknown as HostClass];
  const classes = new Map<number | string, number[]>();
  for (let host = 0; host < size; host += 1) {
    let key: number | string = first[host] as number;
    for (const part of others) key = `${key} ${part[host]}`;
    const members = classes.get(key);
    if (members === undefined) classes.set(key, [host]);
    else members.push(host);
  }
  return [...classes.values()] as unknown as readonly HostClass[];
}

/** Hosts with the same plays, and so with the same steps. */
export interface HostGroup {
  readonly programs: readonly [HostProgram, ...HostProgram[]];
  /** For each section of their programs, the classes of these hosts. */
  readonly classes: readonly HostClasses[];
}

const groupsOfPrograms = new WeakMap<readonly HostProgram[], readonly HostGroup[]>();

/** Groups programs by their plays. What was found out for a list of programs is kept with it. */
export function hostGroups(programs: readonly HostProgram[]): readonly HostGroup[] {
  let groups = groupsOfPrograms.get(programs);
  if (groups === undefined) {
    groups = bySamePlays(programs).map((members) => ({
      programs: members,
      classes: members[0].sections.map((_, at) =>
        createHostClasses(
          members.map(({ sections }) => sections[at] as ProgramSection),
          members.map(({ host }) => host),
        ),
      ),
    }));
    groupsOfPrograms.set(programs, groups);
  }
  return groups;
}

function bySamePlays(
  programs: readonly HostProgram[],
): readonly (readonly [HostProgram, ...HostProgram[]])[] {
  const ids = new Map<unknown, number>();
  const groups = new Map<string, [HostProgram, ...HostProgram[]]>();
  for (const program of programs) {
    const key = program.sections
      .map(({ play }) => {
        const id = ids.get(play) ?? ids.size;
        ids.set(play, id);
        return id;
      })
      .join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [program]);
    else group.push(program);
  }
  return [...groups.values()];
}
