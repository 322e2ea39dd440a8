import { fail } from '../../engine/view.ts';
import type { SudoersArgs } from './schema.ts';

/** The file that the arguments ask for. Wrong combinations are found before any host is asked. */
export function contentOf(args: SudoersArgs): string {
  const { content, user, group, commands } = args;
  const structured = [user, group, commands, args.hosts, args.runas, args.nopasswd].some(
    (one) => one !== undefined,
  );
  if (content !== undefined) {
    if (structured)
      fail('"content" is the whole file: it does not go together with "user", "group", "commands" …');
    return content;
  }
  if (commands === undefined || (user === undefined && group === undefined)) {
    fail(
      'nothing says who may run what',
      'give "user" or "group" and "commands", or the whole file as "content"',
    );
  }
  const { hosts = ['ALL'], runas = 'root', nopasswd = false } = args;
  const who = [...(user === undefined ? [] : [user]), ...(group === undefined ? [] : [`%${group}`])];
  const tag = nopasswd ? 'NOPASSWD: ' : '';
  const rule = `${hosts.join(', ')} = (${runas}) ${tag}${commands.map(escapeCommand).join(', ')}`;
  return who.map((one) => `${one} ${rule}\n`).join('');
}

/** In arguments sudoers(5) wants a backslash before these; in the path of the command as well. */
function escapeCommand(command: string): string {
  return command.replace(/[,:=]/g, '\\$&');
}

/** Fails for a name that sudo would pass over without a word. */
export function requireName(name: string): void {
  if (!name.includes('.') && !name.endsWith('~')) return;
  fail(
    `sudo ignores files in /etc/sudoers.d whose name has a dot or ends in "~": "${name}" would have no effect`,
    `call it "${name.replace(/~+$/, '').replaceAll('.', '-')}"`,
  );
}
