import { nearest } from '../documents/suggest.ts';

/** Variables that say how a host is reached, with Ansible's older names for them. */
export const CONNECTION_VARIABLES = {
  host: ['ansible_host', 'ansible_ssh_host'],
  port: ['ansible_port', 'ansible_ssh_port'],
  user: ['ansible_user', 'ansible_ssh_user'],
  privateKeyFile: ['ansible_ssh_private_key_file', 'ansible_private_key_file'],
  knownHostsFile: ['provision_known_hosts'],
  password: ['ansible_password', 'ansible_ssh_password', 'ansible_ssh_pass'],
  privateKeyPassphrase: ['ansible_ssh_private_key_passphrase', 'ansible_private_key_passphrase'],
  transport: ['provision_transport'],
  proxyJump: ['provision_proxy_jump'],
  become: ['ansible_become'],
  becomeUser: ['ansible_become_user'],
  becomeMethod: ['ansible_become_method'],
  becomePassword: ['ansible_become_password', 'ansible_become_pass', 'ansible_sudo_pass'],
  connection: ['ansible_connection'],
} as const;

/** Variables that hold secrets: never shown. */
export const SECRET_VARIABLES: ReadonlySet<string> = new Set([
  'ansible_password',
  'ansible_ssh_pass',
  'ansible_ssh_password',
  'ansible_become_password',
  'ansible_become_pass',
  'ansible_sudo_pass',
  'ansible_ssh_private_key_passphrase',
  'ansible_private_key_passphrase',
]);

/** Variables of Ansible that are known, but mean nothing here, or something only to Ansible. */
const OTHERS = new Set([
  'ansible_become_exe',
  'ansible_become_flags',
  'ansible_group_priority',
  'ansible_host_key_checking',
  'ansible_pipelining',
  'ansible_python_interpreter',
  'ansible_remote_tmp',
  'ansible_scp_extra_args',
  'ansible_sftp_extra_args',
  'ansible_shell_executable',
  'ansible_shell_type',
  'ansible_ssh_args',
  'ansible_ssh_common_args',
  'ansible_ssh_executable',
  'ansible_ssh_extra_args',
  'ansible_ssh_host_key_checking',
  'ansible_ssh_pipelining',
  'ansible_ssh_retries',
  'ansible_ssh_timeout',
  'ansible_ssh_transfer_method',
  'ansible_timeout',
]);

const KNOWN = new Set<string>([
  ...Object.values(CONNECTION_VARIABLES).flat(),
  ...SECRET_VARIABLES,
  ...OTHERS,
]);

/** Whether it says how a host is reached, here or for Ansible. */
export function isConnectionVariable(name: string): boolean {
  return KNOWN.has(name);
}

/** The connection variable that `name` is probably a misspelling of. */
export function misspelledVariable(name: string): string | undefined {
  if (!/^(?:ansible|provision|ansble|anisble|provison)_/.test(name) || KNOWN.has(name)) return undefined;
  const near = nearest(name, KNOWN);
  if (near === undefined) return undefined;
  // Long names are near one another: only one or two letters may differ.
  return Math.abs(near.length - name.length) <= 1 && differing(near, name) <= 2 ? near : undefined;
}

function differing(a: string, b: string): number {
  const counts = new Map<string, number>();
  for (const letter of a) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  for (const letter of b) counts.set(letter, (counts.get(letter) ?? 0) - 1);
  return [...counts.values()].reduce((sum, count) => sum + Math.abs(count), 0);
}
