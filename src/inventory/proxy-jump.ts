import type { Diagnostic } from '../documents/diagnostic.ts';
import type { Scope } from '../expressions/scope.ts';
import { splitWords } from '../shell/split-words.ts';
import { type Hop, parseJump } from './hop.ts';
import { compiledDefinition } from './host-scope.ts';
import type { Host, VariableDefinition } from './inventory.ts';
import { jumpOfCommand } from './jump-command.ts';

/** Variables of Ansible that hold arguments of OpenSSH. */
export const SSH_ARGUMENTS = ['ansible_ssh_common_args', 'ansible_ssh_extra_args', 'ansible_ssh_args'];

/** Options that only tune OpenSSH itself and change nothing about where a connection goes. */
const HARMLESS = /^(?:control\w+|preferredauthentications|serveralive\w+|compression|forwardagent)$/i;
const HARMLESS_FLAGS = new Set(['-C', '-q', '-4', '-6']);

/**
 * The bastions that OpenSSH arguments in Ansible's variables name: `-J`, ProxyJump, or the ProxyCommand `ssh -W %h:%p
 * host`. Any other ProxyCommand is an error, as the connection would go another way; other arguments are not used, which
 * is a warning.
 */
export function proxyJumpOf(host: Host, scope: Scope, diagnostics: Diagnostic[]): readonly Hop[] | 'none' {
  let found: readonly Hop[] | 'none' = [];
  for (const name of SSH_ARGUMENTS) {
    const definition = host.definition(name);
    if (typeof definition?.value !== 'string') continue;
    const { document, path } = definition;
    const place = { file: document.file, source: document, range: document.locate(path) };
    const result = compiledDefinition(definition).evaluate(scope);
    const words = result.ok ? splitWords(String(result.value)) : undefined;
    if (words === undefined) {
      const message = `\`${name}\` cannot be read: ${result.ok ? 'a quote has no end' : result.reason}`;
      diagnostics.push({ severity: 'error', code: 'ssh-arguments', message, ...place });
      continue;
    }
    const { jump, command, rest } = readArguments(words);
    const told = jump ?? (command === undefined ? undefined : jumpOf(command));
    if (told === undefined && command !== undefined) {
      const message = `\`${name}\`: ProxyCommand is not supported: no program is run to reach a host`;
      const hint = 'write provision_proxy_jump for a bastion';
      diagnostics.push({ severity: 'error', code: 'ssh-arguments', message, hint, ...place });
    }
    if (found !== 'none' && found.length === 0 && told !== undefined) found = told;
    if (rest.length === 0) continue;
    const message = `\`${name}\` is not used for the connection: ${rest.join(' ')}`;
    const hint = 'write provision_proxy_jump for a bastion; other options belong into ssh_config';
    diagnostics.push({ severity: 'warning', code: 'ssh-arguments', message, hint, ...place });
  }
  return found;
}

/** The variable whose OpenSSH arguments name a bastion. */
export function jumpArguments(host: Host): VariableDefinition | undefined {
  return SSH_ARGUMENTS.map((name) => host.definition(name)).find(
    (definition) =>
      typeof definition?.value === 'string' && /-J|ProxyJump|ProxyCommand/i.test(definition.value),
  );
}

interface SshArguments {
  readonly jump?: readonly Hop[] | 'none';
  readonly command?: string;
  /** What is not used. */
  readonly rest: readonly string[];
}

/** Reads arguments of ssh; the first that says where to go through counts. */
function readArguments(words: readonly string[]): SshArguments {
  const rest: string[] = [];
  let jump: SshArguments['jump'];
  let command: string | undefined;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    const [, flag, attached] = /^-([Jo])(.*)$/s.exec(word) ?? [];
    if (flag === undefined) {
      if (!HARMLESS_FLAGS.has(word)) rest.push(word);
      continue;
    }
    const value = attached === '' ? (words[++at] ?? '') : attached!;
    const option = flag === 'J' ? `ProxyJump=${value}` : value;
    const [, name = '', argument = ''] = /^\s*(\w+)(?:\s*=\s*|\s+)(.*)$/s.exec(option) ?? [];
    const decided = jump !== undefined || command !== undefined;
    const hops = /^proxyjump$/i.test(name) ? parseJump(argument) : undefined;
    if (hops !== undefined) jump ??= decided ? undefined : hops;
    else if (/^proxycommand$/i.test(name)) command ??= decided ? undefined : argument;
    else if (!HARMLESS.test(name)) rest.push(`-${flag}`, value);
  }
  return { ...(jump === undefined ? {} : { jump }), ...(command === undefined ? {} : { command }), rest };
}

function jumpOf(command: string): readonly Hop[] | 'none' | undefined {
  if (command.toLowerCase() === 'none') return 'none';
  const hop = jumpOfCommand(command);
  return hop === undefined ? undefined : [hop];
}
