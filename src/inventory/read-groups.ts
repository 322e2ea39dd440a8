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
    for (const [pattern, variables, path] of members(body.hosts, [...place.path, 'hosts']))
      readHosts(name, pattern, variables, { document, path });
    for (const [child, content, path] of members(body.children, [...place.path, 'children'])) {
      if (child === 'all') {
        problem('bad-child', '`all` holds every group and cannot be a child', { document, path });
        continue;
      }
      addChild(draft, name, child, { document, path });
      readGroup(child, content, { document, path });
    }
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
      hostOf(draft, name, place).inline.push(...inline);
      addHost(draft, group, name);
    }
  }
}

function firstBadName(names: readonly string[]): string | undefined {
  return names.map(badName).find((reason) => reason !== undefined);
}

function portDefinition(owner: string, value: number, { document, path }: Place): Definitions {
  const name = 'ansible_port';
  return new Map([[name, { name, value, layer: 'host', owner, document, path }]]);
}

function mapping(value: unknown): Mapping {
  return (value ?? {}) as Mapping;
}

/** Hosts and children are a mapping, a list of names, or one name. */
function members(
  value: unknown,
  path: Place['path'],
): readonly (readonly [name: string, body: unknown, path: Place['path']])[] {
  if (typeof value === 'string') return [[value, undefined, path]];
  if (Array.isArray(value)) return value.map((name: string, index) => [name, undefined, [...path, index]]);
  return Object.entries(mapping(value)).map(([name, body]) => [name, body, [...path, name]]);
}
