import type { Diagnostic } from '../documents/diagnostic.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { addChild, addHost, type Definitions, type Draft, groupOf, hostOf, type Place } from './builder.ts';
import { readDefinitions } from './definitions.ts';
import { badName, splitPort } from './host-name.ts';
import { expandHostRange } from './host-range.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** Adds the groups and hosts of a document, which the schema has found to be right, to the draft. */
export function readGroups(
  document: SourceDocument,
  draft: Draft,
  report: (diagnostic: Diagnostic) => void,
): void {
  for (const [name, body] of Object.entries(mapping(document.value)))
    readGroup(name, body, { document, path: [name] });

  function problem(code: string, message: string, { path }: Place): void {
    const range = document.locate(path, 'key');
    report({ severity: 'error', code, message, file: document.file, source: document, range });
  }

  function readGroup(name: string, value: unknown, place: Place): void {
    const bad = badName(name);
    if (bad) {
      problem('bad-group-name', bad, place);
      return;
    }
    const body = mapping(value);
    const group = groupOf(draft, name, place);
    if (body.vars) {
      const layer = name === 'all' ? 'all' : 'group';
      const at = { document, path: [...place.path, 'vars'] };
      group.inline.push(readDefinitions(mapping(body.vars), at, layer, name, report));
    }
    // In the order in which they are written: it is the order of the hosts.
    for (const part of Object.keys(body)) {
      if (part === 'hosts')
        readMembers(part, (pattern, variables, at) => readHosts(name, pattern, variables, at));
      if (part === 'children') readMembers(part, (child, content, at) => readChild(name, child, content, at));
    }

    function readMembers(part: string, read: (name: string, body: unknown, place: Place) => void): void {
      eachMember(body[part], [...place.path, part], (member, content, path) =>
        read(member, content, { document, path }),
      );
    }
  }

  function readChild(parent: string, name: string, content: unknown, place: Place): void {
    if (name === 'all') {
      problem('bad-child', '`all` holds every group and cannot be a child', place);
      return;
    }
    addChild(draft, parent, name, place);
    readGroup(name, content, place);
  }

  function readHosts(group: string, pattern: string, variables: unknown, place: Place): void {
    const { name: range, port } = splitPort(pattern);
    const expanded = expandHostRange(range);
    const wrong = expanded.ok ? firstBadName(expanded.names) : expanded.reason;
    if (!expanded.ok || wrong !== undefined) {
      problem(expanded.ok ? 'bad-host-name' : 'bad-host-range', wrong!, place);
      return;
    }
    const inline: Definitions[] = [];
    if (port !== undefined) inline.push(portDefinition(pattern, port, place));
    if (variables) inline.push(readDefinitions(mapping(variables), place, 'host', pattern, report));
    for (const name of expanded.names) {
      const host = hostOf(draft, name, place);
      host.inline = host.inline.length === 0 ? inline : [...host.inline, ...inline];
      addHost(draft, group, name);
    }
  }
}

function firstBadName(names: readonly string[]): string | undefined {
  for (const name of names) {
    const reason = badName(name);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function portDefinition(owner: string, value: number, { document, path }: Place): Definitions {
  const name = 'ansible_port';
  return new Map([[name, { name, value, layer: 'host', owner, document, path }]]);
}

function mapping(value: unknown): Mapping {
  return (value ?? {}) as Mapping;
}

/** Hosts and children are a mapping, a list of names, or one name. */
function eachMember(
  value: unknown,
  path: Place['path'],
  read: (name: string, body: unknown, path: Place['path']) => void,
): void {
  if (typeof value === 'string') read(value, undefined, path);
  else if (Array.isArray(value)) {
    value.forEach((name: string, index) => {
      read(name, undefined, [...path, index]);
    });
  } else {
    const bodies = mapping(value);
    for (const name of Object.keys(bodies)) read(name, bodies[name], [...path, name]);
  }
}
