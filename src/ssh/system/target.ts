import type { Connection } from '../../inventory/connection.ts';
import { MOST_LOGINS } from '../bastion.ts';
import type { FleetLogins } from '../login/fleet-logins.ts';
import { type LocalUser, SettingsProblem } from '../settings.ts';
import { Slots } from '../slots.ts';
import type { TargetMaker } from '../target-maker.ts';
import type { TargetOptions } from '../target-options.ts';
import type { TargetResult } from '../target-result.ts';
import { openSshSettings } from './settings-of.ts';
import { type StopSources, sshStop } from './stops.ts';

/** What the targets of a fleet have in common. */
export interface TargetContext {
  readonly options: TargetOptions;
  readonly self: LocalUser;
  readonly logins: FleetLogins;
  readonly maker: TargetMaker;
  /** By the place of a jump host: who logs in through it at the same time. */
  readonly rooms: Map<string, Slots>;
}

/**
 * How the system's ssh reaches a host. It reads ssh_config by itself: of that it is only told what is decided otherwise here.
 *
 * @param name the host's in the inventory, by which ssh finds it in ssh_config.
 * @throws SettingsProblem where ssh_config cannot be followed, or ssh cannot be told something.
 */
export function openSshTarget(
  connection: Connection,
  user: string,
  name: string,
  { options, self, logins, maker, rooms }: TargetContext,
): TargetResult {
  const { config, inventoryHost } = options;
  const asked = options.user ?? connection.user;
  const sources: StopSources = { given: options, self, config, inventoryHost };
  const stop = sshStop(name, connection, { user, asked }, sources);
  const login = logins.forHost(connection, stop.settings, true);
  if (!login.ok) return { code: 'private-key', ...login };
  const isKnown = asked !== undefined || config?.lookup(name).values.user !== undefined;
  const openSsh = openSshSettings(stop, isKnown ? user : undefined, options.configFile, {
    sources,
    keysOf: (one) =>
      one === stop ? logins.keysForHost(connection) : logins.keysForBastion(one.connection, one.settings),
    loginOf: (one) => {
      const own = logins.forBastion(one.connection, one.settings, true);
      if (own.ok) return own.login;
      throw new SettingsProblem(own.message, undefined, own.hint);
    },
    roomAt: (place) => {
      const room = rooms.get(place) ?? new Slots(MOST_LOGINS);
      rooms.set(place, room);
      return room;
    },
  });
  return { ok: true, target: { ...maker.make(stop, login.login), openSsh } };
}
