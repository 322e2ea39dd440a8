import { join } from 'node:path';
import type { Connection } from '../inventory/connection.ts';
import type { Hop } from '../inventory/hop.ts';
import { jumpOfCommand } from '../inventory/jump-command.ts';
import type { Place } from './config/place.ts';
import type { HostConfig } from './config/ssh-config.ts';
import { expandPath, hostNameOf, type TokenValues } from './config/tokens.ts';
import type { Values } from './config/values.ts';
import type { HostKeyPolicy } from './host-keys/known-hosts-check.ts';

/** What the command line says about every host; it wins over the inventory, and that over ssh_config. */
export interface GivenSettings {
  readonly knownHosts?: string;
  readonly hostKeyPolicy?: HostKeyPolicy;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** Who runs this. */
export interface LocalUser {
  readonly home: string;
  readonly localUser: string;
}

/** How one host is reached and proven, all sources taken together. */
export interface HostSettings {
  readonly address: string;
  readonly port: number;
  /** HostKeyAlias. */
  readonly keyName?: string;
  /** In order. */
  readonly knownHosts: readonly string[];
  /** The file that new keys are written to; undefined where the user has none. */
  readonly newKeys: string | undefined;
  readonly hostKeyPolicy: HostKeyPolicy;
  /** Milliseconds for TCP, handshake and login together. */
  readonly timeout: number;
  /** Milliseconds between keepalives. */
  readonly keepalive: number;
  /** Keepalives without an answer until a host counts as lost. */
  readonly keepaliveCount: number;
  /** Only this version of IP. */
  readonly family?: 4 | 6;
  /** Through which hosts, in order; none for the direct way. */
  readonly jump: readonly Hop[];
  /** Of ssh_config: key files in order, absolute; undefined where it names none. */
  readonly identityFiles?: readonly string[];
  /** Of ssh_config: files of users' certificates. */
  readonly certificateFiles?: readonly string[];
  readonly identitiesOnly: boolean;
  /** Of ssh_config: an agent's socket, `none`, or undefined for the usual one. */
  readonly identityAgent?: string;
}

/** A line of ssh_config that cannot be followed. */
export class SettingsProblem extends Error {
  readonly place: Place | undefined;
  readonly hint: string | undefined;
  constructor(message: string, place: Place | undefined, hint?: string) {
    super(message);
    this.place = place;
    this.hint = hint;
  }
}

const SYSTEM_KNOWN_HOSTS = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];
/** Milliseconds between keepalives: a host that fell silent is found after three. */
const KEEPALIVE = 10_000;
const KEEPALIVE_COUNT = 3;
/** Milliseconds. */
const CONNECT_TIMEOUT = 10_000;

/**
 * Puts together what command line, inventory and ssh_config say of a host.
 *
 * @param user who logs in there.
 * @throws SettingsProblem where a line of ssh_config that counts for the host cannot be followed.
 */
export function settingsOf(
  connection: Connection,
  user: string,
  { values, places, identityPlaces }: HostConfig,
  given: GivenSettings,
  { home, localUser }: LocalUser,
): HostSettings {
  const named = hostNameOf(values.hostName ?? '%h', connection.address);
  if ('wrong' in named) throw new SettingsProblem(`HostName: ${named.wrong}`, places.get('hostName'));
  const said = connection.proxyJump;
  const jump = said === 'none' || said.length > 0 ? said : configuredJump(values, places.get('proxyCommand'));
  const port = connection.port ?? values.port ?? 22;
  const tokens: TokenValues = {
    home,
    host: named.text,
    original: connection.address,
    keyName: values.hostKeyAlias?.toLowerCase() ?? connection.address,
    port,
    user,
    localUser,
  };
  const paths = (field: 'userKnownHosts' | 'globalKnownHosts' | 'identityFiles') =>
    values[field]
      ?.filter((path) => path.toLowerCase() !== 'none')
      .map((path) => {
        const expanded = expandPath(path, tokens);
        if ('text' in expanded) return expanded.text;
        const place = field === 'identityFiles' ? identityPlaces.get(path) : places.get(field);
        throw new SettingsProblem(`${path}: ${expanded.wrong}`, place);
      });
  const own = given.knownHosts ?? connection.knownHostsFile;
  const mine =
    paths('userKnownHosts') ?? ['known_hosts', 'known_hosts2'].map((name) => join(home, '.ssh', name));
  const knownHosts =
    own === undefined
      ? [...mine, ...(paths('globalKnownHosts') ?? SYSTEM_KNOWN_HOSTS)]
      : [expandHome(own, home)];
  const identityFiles = paths('identityFiles');
  // They are only told of: one that cannot be found is no matter.
  const certificateFiles = values.certificateFiles?.flatMap((path) => {
    const expanded = expandPath(path, tokens);
    return 'text' in expanded ? [expanded.text] : [];
  });
  const agent = agentOf(values.identityAgent, tokens, places.get('identityAgent'));
  return {
    address: named.text,
    port,
    ...(values.hostKeyAlias === undefined ? {} : { keyName: values.hostKeyAlias }),
    knownHosts,
    newKeys: own === undefined ? mine[0] : knownHosts[0],
    hostKeyPolicy:
      given.hostKeyPolicy ?? (values.strictHostKeyChecking === 'accept-new' ? 'accept-new' : 'strict'),
    timeout: given.timeout ?? (values.connectTimeout || CONNECT_TIMEOUT / 1000) * 1000,
    keepalive: (values.serverAliveInterval || KEEPALIVE / 1000) * 1000,
    keepaliveCount: Math.max(1, values.serverAliveCountMax ?? KEEPALIVE_COUNT),
    ...(values.addressFamily === 'inet'
      ? { family: 4 }
      : values.addressFamily === 'inet6'
        ? { family: 6 }
        : {}),
    jump: jump === 'none' ? [] : jump,
    ...(identityFiles === undefined ? {} : { identityFiles }),
    ...(certificateFiles === undefined ? {} : { certificateFiles }),
    identitiesOnly: values.identitiesOnly ?? false,
    ...(agent === undefined ? {} : { identityAgent: agent }),
  };
}

/** `~` stands for the home directory; other tokens are only known in ssh_config. */
export function expandHome(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path;
}

/** A command that only asks ssh for a way through another host is as good as ProxyJump; no other one is run. */
function configuredJump({ jump, proxyCommand }: Values, place: Place | undefined): readonly Hop[] | 'none' {
  if (jump !== undefined) return jump;
  if (proxyCommand === undefined || proxyCommand.toLowerCase() === 'none') return 'none';
  const hop = jumpOfCommand(proxyCommand);
  if (hop !== undefined) return [hop];
  throw new SettingsProblem(
    'ProxyCommand is not supported: no program is run to reach a host',
    place,
    "write ProxyJump for a bastion, or provision_proxy_jump in the inventory (none for the direct way); --transport openssh has the system's ssh run it",
  );
}

/** Undefined for the usual agent, that of SSH_AUTH_SOCK. */
function agentOf(
  agent: string | undefined,
  tokens: TokenValues,
  place: Place | undefined,
): string | undefined {
  if (agent === undefined || agent === 'SSH_AUTH_SOCK') return undefined;
  if (agent.toLowerCase() === 'none') return 'none';
  const variable = /^\$([A-Za-z_]\w*)$/.exec(agent)?.[1];
  if (variable !== undefined) return process.env[variable] || 'none';
  const expanded = expandPath(agent, tokens);
  if ('text' in expanded) return expanded.text;
  throw new SettingsProblem(`IdentityAgent ${agent}: ${expanded.wrong}`, place);
}
