import type { Diagnostic } from '../documents/diagnostic.ts';
import { describeValue } from '../documents/yaml-words.ts';
import type { Scope, VariableTable } from '../expressions/scope.ts';
import type { CompiledValue } from '../expressions/value.ts';
import { Secret } from '../secrets/secret.ts';
import { BECOME_METHODS, type BecomeMethod, isBecomeMethod } from './become-methods.ts';
import { CONNECTION_VARIABLES, SECRET_VARIABLES } from './connection-variables.ts';
import { type Hop, parseJump } from './hop.ts';
import { compiledDefinition, evaluateDefinition, hostScope } from './host-scope.ts';
import type { Host, VariableDefinition } from './inventory.ts';
import { proxyJumpOf, SSH_ARGUMENTS } from './proxy-jump.ts';
import { TRANSPORTS, type TransportName } from './transports.ts';

/** How a host is reached, from its variables. What is missing is left to the command line and ssh_config. */
export interface Connection {
  /** `ansible_host`, by default the host's name. */
  readonly address: string;
  readonly port?: number;
  readonly user?: string;
  /** As written; `~` is not expanded. */
  readonly privateKeyFile?: string;
  readonly knownHostsFile?: string;
  /** What speaks SSH. Default `ssh2`, which is part of this program; `openssh` is the system's. */
  readonly transport?: TransportName;
  /** For logging in. */
  readonly password?: Secret;
  /** Of `privateKeyFile`, where it has one. */
  readonly privateKeyPassphrase?: Secret;
  readonly become?: boolean;
  readonly becomeUser?: string;
  readonly becomeMethod?: BecomeMethod;
  /** For becoming another user. */
  readonly becomePassword?: Secret;
  /** `local` for a host without SSH. Default `ssh`. */
  readonly kind: 'ssh' | 'local';
  /** Through which hosts (`provision_proxy_jump`), in order; `none` for the direct way, empty where nothing is said. */
  readonly proxyJump: readonly Hop[] | 'none';
}

export interface ConnectionResult {
  /** Missing when there are errors. */
  readonly connection?: Connection;
  readonly diagnostics: readonly Diagnostic[];
}

type Field = keyof typeof CONNECTION_VARIABLES;

const FIELDS = Object.keys(CONNECTION_VARIABLES) as readonly Field[];
/** Fields as bits of a number: a set of them for each of thousands of hosts costs nothing. */
const BITS = new Map(FIELDS.map((field, at) => [field, 1 << at]));
/** Of the variables that hold arguments of OpenSSH. */
const ARGUMENTS_BIT = 1 << FIELDS.length;
const BIT_OF_NAME = new Map<string, number>([
  ...FIELDS.flatMap((field) => CONNECTION_VARIABLES[field].map((name) => [name, bitOf(field)] as const)),
  ...SSH_ARGUMENTS.map((name) => [name, ARGUMENTS_BIT] as const),
]);

function bitOf(field: Field): number {
  return BITS.get(field) as number;
}

/** The fields that the variables of a table speak of, as bits. */
function fieldsOf(table: { keys(): Iterable<string> }): number {
  let fields = 0;
  for (const name of table.keys()) fields |= BIT_OF_NAME.get(name) ?? 0;
  return fields;
}

const known = new WeakMap<object, number>();

/** The same of a table that hosts share. */
function fieldsIn(table: { keys(): Iterable<string> }): number {
  let fields = known.get(table);
  if (fields === undefined) {
    fields = fieldsOf(table);
    known.set(table, fields);
  }
  return fields;
}

/**
 * `{{ }}` in connection variables is resolved with `scope`, by default the host's own variables.
 *
 * @param extra variables of the command line (`-e`): they win over the host's.
 */
export function connectionOf(
  host: Host,
  scope: Scope = hostScope(host),
  extra: VariableTable = new Map(),
): ConnectionResult {
  const diagnostics: Diagnostic[] = [];
  const fromExtra = fieldsIn(extra);
  const given = fieldsIn(host.inherited) | fieldsOf(host.own) | fromExtra;

  function complain(definition: VariableDefinition, message: string, hint?: string): undefined {
    const { document, name, path } = definition;
    // The line of a secret would show it.
    const place = SECRET_VARIABLES.has(name)
      ? { file: document.file, range: document.locate(path, 'key') }
      : { file: document.file, source: document, range: document.locate(path) };
    // What is wrong for every host alike is told once for all of them.
    const told = compiledDefinition(definition).isConstant ? message : `${message} (host ${host.name})`;
    diagnostics.push({
      severity: 'error',
      code: 'bad-connection',
      message: told,
      ...place,
      ...(hint ? { hint } : {}),
    });
    return undefined;
  }

  /** The value of the first of the field's variables that is set, read by `parse`, which gives a reason for refusal. */
  function read<T>(field: Field, parse: (value: unknown) => Parsed<T>): T | undefined {
    if ((given & bitOf(field)) === 0) return undefined;
    for (const name of (fromExtra & bitOf(field)) === 0 ? [] : CONNECTION_VARIABLES[field]) {
      const value = extra.get(name);
      if (value !== undefined) return readExtra(name, value, parse);
    }
    for (const name of CONNECTION_VARIABLES[field]) {
      const definition = host.definition(name);
      if (!definition || definition.value === null) continue;
      const result = evaluateDefinition(definition, scope);
      if (!result.ok) return complain(definition, result.reason, result.hint);
      const parsed = parse(result.value);
      if (typeof parsed === 'object') return parsed.value;
      return complain(
        definition,
        `\`${name}\` must be ${parsed}${SECRET_VARIABLES.has(name) ? '' : `, but this is ${describeValue(result.value)}`}`,
      );
    }
    return undefined;
  }

  function readExtra<T>(
    name: string,
    value: CompiledValue,
    parse: (value: unknown) => Parsed<T>,
  ): T | undefined {
    const result = value.evaluate(scope);
    const parsed = result.ok ? parse(result.value) : result.reason;
    if (typeof parsed === 'object') return parsed.value;
    const message = result.ok ? `\`${name}\` must be ${parsed}` : `\`${name}\`: ${parsed}`;
    diagnostics.push({ severity: 'error', code: 'bad-connection', message: `-e: ${message}` });
    return undefined;
  }

  const fields = {
    port: read('port', port),
    user: read('user', text),
    privateKeyFile: read('privateKeyFile', text),
    knownHostsFile: read('knownHostsFile', text),
    transport: read('transport', transportName),
    password: read('password', secret),
    privateKeyPassphrase: read('privateKeyPassphrase', secret),
    become: read('become', truth),
    becomeUser: read('becomeUser', text),
    becomeMethod: read('becomeMethod', becomeMethod),
    becomePassword: read('becomePassword', secretLine),
  };
  const address = read('host', text) ?? host.name;
  const kind = read('connection', connectionKind) ?? 'ssh';
  const proxyJump =
    read('proxyJump', hops) ?? ((given & ARGUMENTS_BIT) === 0 ? [] : proxyJumpOf(host, scope, diagnostics));
  if (diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics };
  return { connection: { address, kind, proxyJump, ...withoutUndefined(fields) }, diagnostics };
}

type Parsed<T> = { readonly value: T } | string;

function text(value: unknown): Parsed<string> {
  if (typeof value === 'string' && value.trim() !== '') return { value };
  // A numeric user name or host name is rare, but unmistakable.
  return typeof value === 'number' ? { value: String(value) } : 'text';
}

/** Also as Ansible names its plugins: `community.general.doas`. */
function becomeMethod(value: unknown): Parsed<BecomeMethod> {
  const name =
    typeof value === 'string' ? value.replace(/^(?:ansible\.builtin|community\.general)\./, '') : value;
  return isBecomeMethod(name) ? { value: name } : BECOME_METHODS.join(', ').replace(/, (?=\w+$)/, ' or ');
}

/** sudo and su read a line. Spaces at its ends may be part of it. */
function secretLine(value: unknown): Parsed<Secret> {
  if (value instanceof Secret) return /[\r\n\0]/.test(value.reveal()) ? 'text of one line' : { value };
  if (typeof value === 'number') return { value: new Secret(String(value)) };
  const valid = typeof value === 'string' && /^[^\r\n\0]+$/.test(value);
  return valid ? { value: new Secret(value) } : 'text of one line';
}

/** Spaces at its ends may be part of it. */
function secret(value: unknown): Parsed<Secret> {
  if (value instanceof Secret) return { value };
  if (typeof value === 'number') return { value: new Secret(String(value)) };
  return typeof value === 'string' && value !== '' ? { value: new Secret(value) } : 'text';
}

function port(value: unknown): Parsed<number> {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  const valid = typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= 65_535;
  return valid ? { value: number } : 'a port (1 to 65535)';
}

/** With the words that Ansible takes for true and false. */
function truth(value: unknown): Parsed<boolean> {
  if (typeof value === 'boolean') return { value };
  const word = String(value).toLowerCase();
  if (['true', 'yes', 'on', '1', 'y', 't'].includes(word)) return { value: true };
  if (['false', 'no', 'off', '0', 'n', 'f'].includes(word)) return { value: false };
  return 'true or false';
}

function transportName(value: unknown): Parsed<TransportName> {
  const name = TRANSPORTS.find((one) => one === value);
  return name === undefined ? TRANSPORTS.join(' or ') : { value: name };
}

function connectionKind(value: unknown): Parsed<Connection['kind']> {
  if (value === 'local') return { value };
  return ['ssh', 'smart', 'paramiko', 'paramiko_ssh', 'libssh', 'ansible.netcommon.libssh'].includes(
    String(value),
  )
    ? { value: 'ssh' }
    : 'ssh or local';
}

function hops(value: unknown): Parsed<readonly Hop[] | 'none'> {
  const list = Array.isArray(value) ? value.map((hop) => (typeof hop === 'string' ? hop : '')) : [value];
  const text = list
    .map((part) => (typeof part === 'string' ? part.replaceAll(/\s*,\s*/g, ',').trim() : '%'))
    .join(',');
  const jump = text === '' ? 'none' : parseJump(text);
  return jump === undefined
    ? 'jump hosts ([user@]host[:port], with commas between, or a list) or none'
    : { value: jump };
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutUndefined<T extends object>(fields: T): Defined<T> {
  const kept: Defined<T> = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) kept[key] = value as Exclude<T[typeof key], undefined>;
  }
  return kept;
}
