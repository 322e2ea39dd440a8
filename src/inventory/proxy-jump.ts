import type { Diagnostic } from '../documents/diagnostic.ts';
import type { Host, VariableDefinition } from './inventory.ts';

const ARGUMENTS = ['ansible_ssh_common_args', 'ansible_ssh_extra_args', 'ansible_ssh_args'];

const JUMP = /(?:^|\s)(?:-J\s*|-o\s*["']?ProxyJump[=\s]+)([^\s"']+)["']?/;

/** Options that only tune OpenSSH itself and change nothing about where a connection goes. */
const HARMLESS =
  /(?:^|\s)-(?:C|q|4|6|o\s*["']?(?:Control\w+|PreferredAuthentications|ServerAlive\w+|Compression|ForwardAgent)[=\s]+[^\s"']+["']?)(?=\s|$)/g;

/**
 * The bastions that OpenSSH arguments in Ansible's variables name. Other arguments are not used: that is a warning,
 * as a connection could go another way than before.
 */
export function proxyJumpOf(host: Host, diagnostics: Diagnostic[]): readonly string[] {
  let hops: readonly string[] = [];
  for (const name of ARGUMENTS) {
    const definition = host.definition(name);
    if (typeof definition?.value !== 'string') continue;
    const { value, document, path } = definition;
    const jump = JUMP.exec(value)?.[1];
    if (jump !== undefined && hops.length === 0 && !jump.includes('{{')) hops = jump.split(',');
    const rest = value.replace(JUMP, ' ').replaceAll(HARMLESS, ' ').trim();
    if (rest === '') continue;
    const message = `\`${name}\` is not used for the connection: ${rest}`;
    const hint = 'write provision_proxy_jump for a bastion; other options belong into ssh_config';
    const place = { file: document.file, source: document, range: document.locate(path) };
    diagnostics.push({ severity: 'warning', code: 'ssh-arguments', message, hint, ...place });
  }
  return hops;
}

/** The variable whose OpenSSH arguments name a bastion. */
export function jumpArguments(host: Host): VariableDefinition | undefined {
  return ARGUMENTS.map((name) => host.definition(name)).find(
    (definition) => typeof definition?.value === 'string' && JUMP.test(definition.value),
  );
}
