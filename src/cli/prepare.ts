import { dirname } from 'node:path';
import { type Diagnostic, hasErrors } from '../documents/diagnostic.ts';
import type { RunShard } from '../engine/events.ts';
import type { HostProgram } from '../engine/host-program.ts';
import { loadInventory } from '../inventory/load.ts';
import { isInShard, type Shard } from '../inventory/shard.ts';
import { buildPrograms } from '../playbook/build-programs.ts';
import { checkArtifacts } from '../playbook/check-artifacts.ts';
import { conflictingMethods } from '../playbook/conflicting-methods.ts';
import { loadPlaybooks } from '../playbook/load.ts';
import { markAlike } from '../playbook/mark-alike.ts';
import { unusedExtraVars } from '../playbook/unused-extra.ts';
import type { OpenerOptions } from '../secrets/opener.ts';
import { readSshConfig } from '../ssh/config/read.ts';
import type { ConnectTarget } from '../ssh/connect.ts';
import type { StepArguments } from './arguments.ts';
import { becomeOf } from './become.ts';
import { becomePassword } from './become-password.ts';
import type { ConnectionArguments } from './connection-arguments.ts';
import { readExtraVars } from './extra-vars.ts';
import type { HostArguments } from './host-arguments.ts';
import { loginSecrets } from './login-secrets.ts';
import { configuredUser } from './login-user.ts';
import { createOpener, extraVarsReader } from './open-secrets.ts';
import { createTargets, sshConfigOptions } from './targets.ts';

export interface Prepared {
  /** Of the hosts of `--shard`; none when that part is empty. */
  readonly programs: readonly HostProgram[];
  /** Which part of the whole run that is. */
  readonly shard?: RunShard;
  /** How each host of `programs` is reached. */
  readonly targets: ReadonlyMap<string, ConnectTarget>;
  /** Host keys that `accept-new` has added so far, as lines for people. */
  readonly accepted: () => readonly string[];
  /** Ends what hosts have shared: connections to bastions. */
  readonly close: () => Promise<void>;
  /** With errors nothing may be run. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Everything that can be found out before the first connection, with everything that is wrong, at once. With
 * `--shard` the whole run is checked all the same, so that every part says the same and none begins what another
 * refuses; only keys and known hosts are those of the part.
 *
 * @param reading what is to be heeded when secrets are read.
 */
export async function prepare(
  hosts: HostArguments,
  steps: StepArguments,
  connection: ConnectionArguments,
  reading: Pick<OpenerOptions, 'ends' | 'note'> = {},
): Promise<Prepared> {
  const [first] = steps.playbooks;
  const opener = await createOpener(hosts.secrets, reading);
  const { extra, loaded, found, inventory } = await opener.settle((read) => {
    const { inventory, diagnostics } = loadInventory(hosts.inventory, {
      read,
      ...(first === undefined ? {} : { playbookDir: dirname(first) }),
    });
    return {
      extra: readExtraVars(hosts.extraVars, extraVarsReader(opener)),
      loaded: loadPlaybooks(steps.playbooks, { read }),
      found: diagnostics,
      inventory,
    };
  });
  const diagnostics = [...extra.diagnostics, ...found, ...loaded.diagnostics];
  const nothing = { programs: [], targets: new Map(), accepted: () => [], close: async () => {} };
  if (inventory === undefined || hasErrors(extra.diagnostics)) return { ...nothing, diagnostics };
  diagnostics.push(...opener.sameAsHosts(inventory.hosts));
  const ssh = readSshConfig(sshConfigOptions(connection));
  diagnostics.push(...ssh.diagnostics);
  const built = buildPrograms({
    playbooks: loaded.playbooks,
    inventory,
    tags: steps.tags,
    skipTags: steps.skipTags,
    extraVars: extra.values,
    secretExtraVars: extra.secret,
    ...(hosts.limit === undefined ? {} : { limit: hosts.limit }),
    defaults: {
      user: (host, found) => connection.user ?? configuredUser(host, found, connection, ssh.config),
    },
  });
  diagnostics.push(...built.diagnostics);
  const whole = built.programs.map((program) => commandLineWins(program, connection));
  const { programs, shard } = partOf(whole, hosts.shard);
  diagnostics.push(...conflictingMethods(whole));
  // Nobody is asked for the passwords of a run that cannot begin.
  const mayAsk = !hasErrors(diagnostics);
  const secrets = mayAsk ? await loginSecrets(connection) : {};
  const become = becomeOf(programs, built.connections, mayAsk ? await becomePassword(connection) : undefined);
  const targets = createTargets(programs, built.connections, {
    options: connection,
    config: ssh.config,
    inventory,
    secrets,
    become,
  });
  diagnostics.push(...targets.diagnostics);
  if (!hasErrors(diagnostics)) diagnostics.push(...(await targets.unlock()));
  if (!hasErrors(diagnostics)) diagnostics.push(...(await checkArtifacts(whole)));
  // What could not be loaded may use what seems unused; any other error may come of the misspelling.
  if (!hasErrors(loaded.diagnostics)) {
    diagnostics.push(...unusedExtraVars(extra.names, loaded.playbooks, inventory));
  }
  return {
    programs: hasErrors(diagnostics) ? programs : markAlike(programs),
    ...(shard === undefined ? {} : { shard }),
    targets: targets.targets,
    accepted: targets.accepted,
    close: targets.close,
    diagnostics,
  };
}

function partOf(
  whole: readonly HostProgram[],
  shard: Shard | undefined,
): Pick<Prepared, 'programs' | 'shard'> {
  if (shard === undefined) return { programs: whole };
  const places = whole.flatMap(({ host }, place) => (isInShard(host, shard) ? [place] : []));
  return {
    programs: places.map((place) => whole[place]!),
    shard: { ...shard, hosts: whole.length, places },
  };
}

/** Who asks for a user or for root on the command line means it, whatever the inventory says. */
function commandLineWins(
  program: HostProgram,
  { user, become, becomeMethod: method }: ConnectionArguments,
): HostProgram {
  return {
    ...program,
    ...(user === undefined ? {} : { loginUser: user }),
    become: {
      ...program.become,
      ...(become ? { enabled: true } : {}),
      ...(method === undefined ? {} : { method }),
    },
  };
}
