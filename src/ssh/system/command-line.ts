import type { ConnectTarget } from '../connect.ts';
import { quotedPath } from './quoted-path.ts';
import type { OpenSshSettings } from './settings.ts';
import { timesOf } from './times.ts';

/** The first ssh of a host: it logs in, and lets others share its connection. */
export function masterArguments(
  target: ConnectTarget,
  settings: OpenSshSettings,
  socket: string,
  options: { readonly config: string; readonly asks: boolean; readonly command: string },
): readonly string[] {
  const { user, hostName, port, knownHosts, hostKeyPolicy, identityFiles, proxyJump, name } = settings;
  return [
    ...['-F', options.config],
    ...option('ControlMaster', 'yes'),
    ...option('ControlPath', socket),
    ...option('ControlPersist', 'no'),
    ...(user === undefined ? [] : option('User', user)),
    // Of tokens it knows its own (`%h`).
    ...(hostName === undefined ? [] : option('HostName', hostName.replaceAll('%', '%%'))),
    ...(port === undefined ? [] : option('Port', String(port))),
    ...(proxyJump.length === 0 ? [] : option('ProxyJump', proxyJump.join(','))),
    ...identityFiles.flatMap((path) => ['-i', path]),
    ...(knownHosts === undefined
      ? []
      : [
          ...option('UserKnownHostsFile', knownHosts.map(quotedPath).join(' ')),
          ...option('GlobalKnownHostsFile', '/dev/null'),
        ]),
    ...option('StrictHostKeyChecking', hostKeyPolicy === 'strict' ? 'yes' : 'accept-new'),
    ...timesOf(target).flatMap(([keyword, value]) => option(keyword, value)),
    ...option('BatchMode', options.asks ? 'no' : 'yes'),
    ...option('NumberOfPasswordPrompts', '1'),
    // Says which keys were shown, by either side, and to which address it has logged in.
    ...option('LogLevel', 'DEBUG1'),
    ...option('ClearAllForwardings', 'yes'),
    ...option('ForwardAgent', 'no'),
    ...option('ForwardX11', 'no'),
    ...option('PermitLocalCommand', 'no'),
    ...option('RemoteCommand', 'none'),
    '-T',
    '--',
    name,
    options.command,
  ];
}

/** A further ssh: it runs a command over the connection of the first one, and never connects itself. */
export function channelArguments(
  { name }: OpenSshSettings,
  socket: string,
  command: string,
  terminal: boolean,
): readonly string[] {
  return [
    ...['-F', 'none'],
    ...option('ControlMaster', 'no'),
    ...option('ControlPath', socket),
    // Where the first one is gone, ssh would connect by itself.
    ...option('ProxyCommand', 'false'),
    ...option('BatchMode', 'yes'),
    ...option('EscapeChar', 'none'),
    terminal ? '-tt' : '-T',
    '--',
    name,
    command,
  ];
}

function option(name: string, value: string): readonly string[] {
  return ['-o', `${name}=${value}`];
}
