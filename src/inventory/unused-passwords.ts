import type { Diagnostic } from '../documents/diagnostic.ts';
import type { Host } from './inventory.ts';

const SUDO = 'sudo must work without a password: see "sudo" in docs/operations.md';

const PASSWORDS: ReadonlyMap<string, string> = new Map([
  ['ansible_become_password', SUDO],
  ['ansible_become_pass', SUDO],
  ['ansible_sudo_pass', SUDO],
]);

/** Passwords that Ansible would use: who relies on one is told before the host refuses. */
export function unusedPasswords(host: Host): readonly Diagnostic[] {
  return [...PASSWORDS].flatMap(([name, hint]): readonly Diagnostic[] => {
    const definition = host.definition(name);
    if (definition === undefined || definition.value === null) return [];
    const { document, path } = definition;
    // Without the line: it would show the password.
    const place = { file: document.file, range: document.locate(path, 'key') };
    return [
      { severity: 'warning', code: 'unused-password', message: `\`${name}\` is not used`, hint, ...place },
    ];
  });
}
