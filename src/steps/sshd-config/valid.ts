import { nearest } from '../../documents/suggest.ts';
import { refuseLockout } from '../../engine/guard/refuse-lockout.ts';
import { fail, type View } from '../../engine/view.ts';
import { accountLook } from '../../looks/account.ts';
import { connectionLook } from '../../looks/connection.ts';
import { type ConfigLine, flatten } from '../../looks/sshd/config.ts';
import { type Effective, effectiveLook } from '../../looks/sshd/effective.ts';
import { cutText } from '../../secrets/cut-text.ts';
import { type EffectiveValues, type SshLogin, sshRefusal } from './admission.ts';
import { spelled } from './spelling.ts';
import type { ConfigChange } from './tree.ts';

/**
 * Fails when sshd does not take the configuration, or would not let this run in again with it.
 *
 * @param inUse sshd is what accepts connections on this host.
 */
export function requireValid(view: View, config: ConfigChange, inUse: boolean): void {
  const [peer, account] = view.see(connectionLook(), accountLook(view.loginUser));
  const connection = peer.known
    ? `user=${view.loginUser},host=${peer.client},addr=${peer.client},laddr=${peer.server},lport=${peer.port}`
    : `user=${view.loginUser},host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=22`;
  const ask = (lines: readonly ConfigLine[]) =>
    effectiveLook({ text: flatten(lines).text, options: config.options, connection });
  const [after, before] = view.see(ask(config.after), ask(config.before));
  if (!after.ok) refuse(after, before, config);
  if (!inUse) return;
  if (!peer.known) {
    refuseLockout(
      view,
      'no SSH connection of this run was found on the host, so it cannot be proven that it stays admitted',
      'log in over SSH, directly or with sudo',
    );
    return;
  }
  const login: SshLogin = {
    user: view.loginUser,
    groups: account.exists ? [account.group, ...account.groups] : [],
    client: peer.client,
    server: peer.server,
    port: peer.port,
    methods: view.loggedInBy.map(({ method }) => method),
  };
  const refusal = sshRefusal(after.values, before.ok ? before.values : after.values, login);
  if (refusal === undefined) return;
  const line = config.after.find(
    ({ keyword }) => keyword === refusal.keyword || isPort(keyword, refusal.keyword),
  );
  const place = line === undefined ? '' : ` (${line.file}:${line.line})`;
  refuseLockout(
    view,
    `this would lock the controller out: sshd would not let "${login.user}" in from ${login.client} any more: ${refusal.by}${place}`,
    'allow the login of this run, or log in as another user that stays admitted',
  );
}

function isPort(keyword: string, wanted: string): boolean {
  return wanted === 'listenaddress' && (keyword === 'port' || keyword === 'addressfamily');
}

function refuse({ said }: Extract<Effective, { ok: false }>, before: Effective, config: ConfigChange): never {
  const { source } = flatten(config.after);
  const messages = said.map(({ line, message }) => {
    const from = line === undefined ? undefined : source(line);
    return from === undefined ? message : `${from.file}:${from.line}: ${message}`;
  });
  const unknown = said
    .map(({ message }) => /Bad configuration option: (\S+)/.exec(message)?.[1])
    .find((one) => one !== undefined);
  const near = unknown === undefined || !before.ok ? undefined : nearest(unknown, keywordsOf(before.values));
  fail(
    `sshd of this host refuses the configuration: ${cutText(messages.join('; '), 600)}`,
    near === undefined
      ? 'see sshd_config(5) of the host for what it may hold'
      : `did you mean "${spelled(near)}"?`,
  );
}

/** What `sshd -T` prints, and what it leaves out where nothing is set. */
function keywordsOf(values: EffectiveValues): readonly string[] {
  return [...values.keys(), ...UNPRINTED.map((name) => name.toLowerCase())];
}

const UNPRINTED = [
  'AcceptEnv',
  'AllowGroups',
  'AllowUsers',
  'DenyGroups',
  'DenyUsers',
  'HostCertificate',
  'SetEnv',
  'Subsystem',
];
