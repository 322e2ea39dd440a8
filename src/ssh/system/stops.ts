import type { Connection } from '../../inventory/connection.ts';
import type { Hop } from '../../inventory/hop.ts';
import { jumpOfCommand } from '../../inventory/jump-command.ts';
import { EMPTY_CONFIG, type SshConfig } from '../config/ssh-config.ts';
import { hopConnection } from '../hop-connection.ts';
import { isSame, jumpChain, type Stop } from '../jump-chain.ts';
import { type GivenSettings, type LocalUser, settingsOf } from '../settings.ts';

/** A host that the system's ssh connects to, be it the last one or one on the way. */
export interface SshStop extends Stop {
  /** By which ssh finds it in ssh_config. */
  readonly name: string;
  /** Whether its way is said elsewhere than in ssh_config, or has to be as ssh would not find it. */
  readonly saysWay: boolean;
}

/** Who knows what of a host. */
export interface StopSources {
  readonly given: GivenSettings;
  readonly self: LocalUser;
  readonly config: SshConfig | undefined;
  /** How the inventory says that a jump host is reached, by its name there. */
  readonly inventoryHost: ((name: string) => Connection | undefined) | undefined;
}

/**
 * A host as the system's ssh finds it: by its name, where the built-in transport looks for its address.
 *
 * @param user who logs in, as far as that is known here.
 * @param asked who logs in, where something stronger than ssh_config says so.
 * @throws SettingsProblem
 */
export function sshStop(
  name: string,
  connection: Connection,
  { user, asked }: { readonly user: string; readonly asked: string | undefined },
  { config, given, self }: StopSources,
): SshStop {
  const found = config?.lookup(name, asked) ?? EMPTY_CONFIG;
  const { proxyCommand, jump, hostName, ...rest } = found.values;
  // Other commands are ssh's own affair; but the ssh of this one would not be told who is to be trusted.
  const plain = proxyCommand === undefined ? undefined : jumpOfCommand(proxyCommand);
  const values = {
    ...rest,
    ...(hostName === undefined || connection.address !== name ? {} : { hostName }),
    jump: plain === undefined ? (jump ?? 'none') : [plain],
  };
  const saysWay = connection.proxyJump.length > 0 || plain !== undefined;
  const settings = settingsOf(connection, user, { ...found, values }, given, self);
  return { name, connection, user, settings, saysWay };
}

/** A host on the way. */
function sshHop(hop: Hop, target: Connection, sources: StopSources): SshStop {
  const connection = hopConnection(hop, target, sources.inventoryHost);
  const asked = hop.user ?? connection.user;
  const configured = sources.config?.lookup(hop.host, asked).values.user;
  const user = asked ?? configured ?? sources.self.localUser;
  return sshStop(hop.host, connection, { user, asked }, sources);
}

/** The hosts on the way to one that are known here, each name once. */
export function stopsBefore(target: SshStop, sources: StopSources): readonly SshStop[] {
  const chain = jumpChain(target, (hop, from) => sshHop(hop, from, sources));
  const byName = new Map<string, SshStop>();
  for (const stop of chain) if (!byName.has(stop.name)) byName.set(stop.name, stop);
  return [...byName.values()];
}

/**
 * The way of a host that ssh is to be told. What stands in the list of a host from itself on is left out, as with the built-in
 * transport: ssh would go round in a circle.
 *
 * @returns nothing where ssh finds it by itself.
 */
export function wayOf(stop: SshStop, sources: StopSources): readonly Hop[] | 'none' {
  const { jump } = stop.settings;
  const itself = jump.findIndex((hop) => isSame(sshHop(hop, stop.connection, sources), stop));
  if (!stop.saysWay && itself < 0) return [];
  const left = itself < 0 ? jump : jump.slice(0, itself);
  return left.length === 0 ? 'none' : left;
}
