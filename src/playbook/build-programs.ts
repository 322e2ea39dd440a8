import { NO_LOGIN_USER, processUser } from '../controller/process-user.ts';
import type { Diagnostic } from '../documents/diagnostic.ts';
import type { HostProgram, ProgramSection } from '../engine/host-program.ts';
import type { Json } from '../engine/json.ts';
import type { Playbook, PlaybookStep } from '../engine/playbook.ts';
import { lazyScope } from '../expressions/lazy-scope.ts';
import type { VariableTable } from '../expressions/scope.ts';
import type { CompiledValue } from '../expressions/value.ts';
import type { BecomeMethod } from '../inventory/become-methods.ts';
import { type Connection, connectionOf } from '../inventory/connection.ts';
import { hostScope, variableTable } from '../inventory/host-scope.ts';
import type { Host, Inventory } from '../inventory/inventory.ts';
import { checkRegistered } from './check-registered.ts';
import { checkVariables } from './check-variables.ts';
import { extraTable } from './extra-table.ts';
import { selectHosts } from './select-hosts.ts';
import { isChosen, unknownTags } from './tags.ts';

export interface BuildProgramsOptions {
  readonly playbooks: readonly Playbook[];
  readonly inventory: Inventory;
  /** A second pattern (`--limit`): only hosts that match it too. */
  readonly limit?: string;
  /** Only steps with one of these tags. Special: `all` (default), `tagged`, `untagged`. */
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  /** The strongest variables (`-e`). Texts may hold `{{ }}`. */
  readonly extraVars?: Readonly<Record<string, Json>>;
  /** Names of those of `extraVars` that are secret. */
  readonly secretExtraVars?: ReadonlySet<string>;
  readonly defaults?: ConnectionDefaults;
}

/** What holds where neither playbook nor inventory says anything: from the command line. */
export interface ConnectionDefaults {
  /** Who logs in; as a function when it depends on the host (ssh_config). Default: the user of this process. */
  readonly user?: string | ((host: string, connection: Connection) => string | undefined);
  readonly become?: boolean;
  readonly becomeUser?: string;
  readonly becomeMethod?: BecomeMethod;
}

export interface BuiltPrograms {
  /** In the order of the inventory. With errors they are incomplete and must not be run. */
  readonly programs: readonly HostProgram[];
  /** How each host of `programs` is reached, by its name. */
  readonly connections: ReadonlyMap<string, Connection>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compiles playbooks for the hosts they select: a program for each host, its plays in the order of the playbooks.
 * Every use of a variable is checked for every selected host.
 */
export function buildPrograms(options: BuildProgramsOptions): BuiltPrograms {
  const { inventory } = options;
  const plays = options.playbooks.flatMap(({ plays }) => plays);
  const diagnostics: Diagnostic[] = [];
  const extra = extraTable(options.extraVars ?? {}, options.secretExtraVars, diagnostics);
  const choice = { tags: options.tags ?? [], skip: options.skipTags ?? [] };
  diagnostics.push(
    ...unknownTags(
      plays.flatMap(({ steps }) => steps),
      choice,
    ),
  );
  const selected = selectHosts(plays, inventory, options.limit);
  diagnostics.push(...selected.diagnostics);
  const chosen = new Map(
    plays.map((play) => [
      play,
      play.steps.filter((step) => isChosen(step, choice)).map((step) => withoutExtra(step, extra)),
    ]),
  );
  const programs: HostProgram[] = [];
  const connections = new Map<string, Connection>();
  let user: string | undefined;
  const currentUser = () => {
    if (user === undefined) {
      user = processUser() ?? '';
      if (user === '') diagnostics.push(NO_LOGIN_USER);
    }
    return user;
  };
  for (const [host, playsOfHost] of selected.hosts) {
    const table = variableTable(host);
    const hostOnly = lazyScope(() => hostScope(host, inventory));
    const withExtra = lazyScope(() => hostOnly.extend({ variables: [extra] }));
    const { connection, diagnostics: found } = connectionOf(host, withExtra, extra);
    diagnostics.push(...found);
    if (connection === undefined) continue;
    connections.set(host.name, connection);
    programs.push({
      host: host.name,
      ...actingUsers(host, connection, options.defaults ?? {}, currentUser),
      sections: playsOfHost.map(
        (play): ProgramSection => ({
          play,
          steps: chosen.get(play) ?? [],
          scope: lazyScope(() => hostOnly.extend({ variables: [extra, play.vars] })),
          variables: [extra, play.vars, table],
        }),
      ),
    });
  }
  diagnostics.push(...checkRegistered(programs), ...checkVariables(programs));
  return { programs, connections, diagnostics };
}

function actingUsers(
  host: Host,
  connection: Connection,
  defaults: ConnectionDefaults,
  currentUser: () => string,
): Pick<HostProgram, 'loginUser' | 'become'> {
  const { user } = defaults;
  const byDefault = typeof user === 'function' ? user(host.name, connection) : user;
  return {
    loginUser: connection.user ?? byDefault ?? currentUser(),
    become: {
      enabled: connection.become ?? defaults.become ?? false,
      user: connection.becomeUser ?? defaults.becomeUser ?? 'root',
      method: connection.becomeMethod ?? defaults.becomeMethod ?? 'sudo',
    },
  };
}

/** Extra variables win over those of a step; a scope would have it the other way round. */
function withoutExtra(step: PlaybookStep, extra: VariableTable & { readonly size: number }): PlaybookStep {
  const { vars } = step;
  if (vars === undefined || extra.size === 0) return step;
  const kept = new Map<string, CompiledValue>();
  for (const name of vars.keys()) {
    const compiled = extra.get(name) === undefined ? vars.get(name) : undefined;
    if (compiled !== undefined) kept.set(name, compiled);
  }
  return { ...step, vars: kept };
}
