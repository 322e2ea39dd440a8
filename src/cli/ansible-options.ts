/** Options that people bring along from Ansible, and what is done about the same thing here. */
export const ANSIBLE_OPTIONS: ReadonlyMap<string, string> = new Map([
  ['C', 'write --dry-run (or --check)'],
  ['f', 'write --concurrency 10'],
  ['forks', 'write --concurrency 10'],
  ['T', 'write --connect-timeout 10'],
  ['timeout', 'write --connect-timeout 10'],
  ['connection-password-file', 'write --password-file'],
  ['conn-pass-file', 'write --password-file'],
  ['key-file', 'write --private-key'],
  ['become-pass-file', 'write --become-password-file'],
  ['ask-sudo-pass', 'write --ask-become-pass'],
  ['become-user', 'write `become_user` in the playbook, or ansible_become_user in the inventory'],
  [
    'ssh-common-args',
    'write provision_proxy_jump in the inventory for a bastion; other options belong into ssh_config (-F)',
  ],
  ['ssh-extra-args', 'options of ssh belong into ssh_config (-F)'],
  ['list-hosts', 'provision inventory -i INVENTORY --limit PATTERN lists hosts'],
  ['list-tasks', 'write --dry-run -v to see every step'],
  ['syntax-check', 'provision lint checks playbooks'],
  ['ask-vault-pass', 'there is no vault yet'],
  ['vault-password-file', 'there is no vault yet'],
]);
