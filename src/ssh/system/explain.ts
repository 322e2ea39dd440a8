import { cutText } from '../../secrets/cut-text.ts';
import { type ConnectionFailure, explainConnectError, OLD_ALGORITHMS } from '../errors.ts';

/** What ssh says where the system gives a reason, and the system's code for it. */
const SYSTEM: readonly (readonly [RegExp, string])[] = [
  [/connection refused/i, 'ECONNREFUSED'],
  [/could not resolve hostname/i, 'ENOTFOUND'],
  [/no route to host/i, 'EHOSTUNREACH'],
  [/network is unreachable/i, 'ENETUNREACH'],
  [/timed out/i, 'ETIMEDOUT'],
];

/** Lines of ssh's that say nothing about a failure. */
const CHATTER =
  /^(?:debug1: |OpenSSH_|Authenticated to|Transferred: |Bytes per second|Warning: Permanently added|@+$|\s*$)/;

/**
 * Why the system's ssh could not connect.
 *
 * @param said its standard error.
 * @param refused why a question of the host's was not answered, if one was not.
 */
export function explainSsh(said: string, where: string, user: string, refused?: string): ConnectionFailure {
  const lines = said.split(/\r?\n/).filter((line) => !CHATTER.test(line));
  const last = (lines.at(-1) ?? 'nothing').trim();
  const told =
    lines
      .slice(-3)
      .map((line) => line.trim())
      .join(' / ') || 'nothing';
  if (/host key verification failed|identification has changed|revoked host key/i.test(said)) {
    return {
      kind: 'host-key',
      message: `${where}: ssh does not trust the host's key${shownKey(said)}: ${brief(lines)}`,
      hint: KEY,
    };
  }
  const methods = /permission denied \(([^)]*)\)/i.exec(said)?.[1];
  const tooMany = /too many authentication failures/i.test(said);
  if (refused !== undefined || methods !== undefined || tooMany) {
    const facts = [
      refused,
      offered(said),
      // A key file that ssh cannot read, as one of PuTTY.
      ...lines.filter((line) => /^Load key /.test(line)).map((line) => `ssh says "${line.trim()}"`),
      methods === undefined ? undefined : `it accepts ${methods.split(',').join(', ')}`,
      `ssh says "${last}"`,
    ].filter((fact) => fact !== undefined);
    const before = refusedBefore(said);
    if (before !== undefined) {
      return {
        kind: 'login-refused',
        message: `the jump host before ${where} refused the login of ${before}: ${facts.join('; ')}`,
        hint: 'name the key of the jump host: IdentityFile in ssh_config, --private-key, or ansible_ssh_private_key_file where it is a host of the inventory',
      };
    }
    return {
      kind: 'login-refused',
      message: `${where} refused the login of "${user}": ${facts.join('; ')}`,
      hint: tooMany
        ? 'name the right key with --private-key or IdentityFile, and offer no others with `IdentitiesOnly yes` in ssh_config'
        : `ssh -v -l ${user} shows every key that is offered; keys and certificates come from ssh_config, --private-key and the agent`,
    };
  }
  if (/no matching .* found/i.test(said)) {
    return {
      kind: 'protocol',
      message: `${where} offers no algorithm that ssh allows: ${told}`,
      hint: OLD_ALGORITHMS,
    };
  }
  const code = SYSTEM.find(([pattern]) => pattern.test(last))?.[1];
  if (code !== undefined) return explainConnectError(Object.assign(new Error(last), { code }), where);
  if (/closed by|reset by|kex_exchange_identification/i.test(said)) {
    const word = /not allowed at this time/i.exec(said)?.[0];
    return explainConnectError(new Error('Connection lost before handshake'), where, word ?? told);
  }
  return { kind: 'unreachable', message: `ssh could not connect to ${where}: ${told}` };
}

/** Who was refused, as `USER@HOST`, where the ssh to a jump host has said so: the one to the last host then only sees its way end. */
function refusedBefore(said: string): string | undefined {
  const [, who] = /^([^\s@]+@\S+): Permission denied \([^)]*\).*\bUNKNOWN port 65535\b/ms.exec(said) ?? [];
  return who;
}

function shownKey(said: string): string {
  const [, type, fingerprint] = /^debug1: Server host key: (\S+) (SHA256:\S+)/m.exec(said) ?? [];
  return fingerprint === undefined ? '' : ` ${fingerprint} (${type})`;
}

function offered(said: string): string | undefined {
  const keys = [...said.matchAll(/^debug1: Offering public key: (.*) \S+ (SHA256:\S+)/gm)].map(
    ([, name, fingerprint]) => `${name} (${fingerprint})`,
  );
  return keys.length === 0 ? undefined : `it was shown the keys ${keys.join(', ')}`;
}

const KEY = 'compare the fingerprint with that of the host, and mend the file of known hosts that ssh names';

function brief(lines: readonly string[]): string {
  const said = lines.map((line) => line.trim()).filter((line) => /key|known_hosts|SHA256/i.test(line));
  return cutText(said.slice(-4).join(' / '), 500);
}
