/** Words that Ansible's users type by habit, and what to write here. */

/** Keys of a play. */
export const PLAY_WORDS: Readonly<Record<string, string>> = {
  tasks: 'write `steps`',
  pre_tasks: 'write them first in `steps`',
  post_tasks: 'write them last in `steps`',
  roles: 'there are no roles: put the steps into a file of their own and write `- include: FILE` in `steps`',
  handlers:
    'there are no handlers: `register` the steps that change the files, and put a step with `when: NAME.changed` behind them',
  gather_facts: 'leave it out: facts are gathered where the playbook names them',
  import_playbook: 'give both playbooks on the command line, in order',
  serial: 'give it on the command line',
  strategy: 'leave it out: hosts do not wait for each other',
  any_errors_fatal: 'leave it out: a host that fails does not stop the others',
  max_fail_percentage: 'leave it out: a host that fails does not stop the others',
  ignore_errors: 'write it on the steps that may fail',
  remote_user: 'write `ansible_user` in the inventory',
  user: 'write `ansible_user` in the inventory',
  port: 'write `ansible_port` in the inventory',
  connection: 'write `ansible_connection` in the inventory',
  become_method: 'write `ansible_become_method` in the inventory',
  vars_prompt: 'give the variable on the command line: `-e NAME=VALUE`',
  environment: 'write `env` in the arguments of the `command` steps that need it',
  collections: 'leave it out',
  when: 'write it on the steps, or on an `include`',
};

/** Common keys of a task. */
export const STEP_WORDS: Readonly<Record<string, string>> = {
  notify: 'there are no handlers: `register: NAME` here, and put a step with `when: NAME.changed` behind it',
  listen:
    'there are no handlers: `register` the steps that change the files, and put a step with `when: NAME.changed` behind them',
  block:
    'there are no blocks: put the steps into a file of their own and write `include` with `when` beside it',
  rescue: 'there are no blocks; `ignore_errors` and `register` let later steps react to a failure',
  until: 'write `retries` and `delay`: a step is tried again until it succeeds',
  changed_when: 'a `command` that changes nothing says `read_only: true`',
  failed_when: 'write `expect` in the arguments of `command`',
  loop_control: 'leave it out: the item is called `item`',
  no_log: 'leave it out: secrets are masked wherever they are shown',
  environment: 'write `env` in the arguments of `command`',
  delegate_to: 'steps act on their own host only; write a play for the other host',
  local_action: 'steps act on their own host only',
  run_once: 'write a play whose `hosts` is that one host',
  check_mode: 'leave it out: a dry run never writes',
  diff: 'leave it out: every change is shown with before and after',
  async: 'write `timeout` for work that takes long',
  poll: 'write `timeout` for work that takes long',
  args: 'write the arguments under the name of the kind',
  remote_user: 'write `ansible_user` in the inventory',
  become_method: 'write `ansible_become_method` in the inventory',
  any_errors_fatal: 'leave it out',
  throttle: 'leave it out',
  sudo: 'write `become: true`',
  sudo_user: 'write `become_user`',
  tag: 'write `tags`',
};

interface ModuleWords {
  /** Kinds of step that do its work, nearest first. */
  readonly kinds: readonly string[];
  readonly hint?: string;
}

/** Modules, by their short names. */
const MODULE_WORDS: Readonly<Record<string, ModuleWords>> = {
  copy: {
    kinds: ['file', 'upload'],
    hint: '`file` for content or a small file, `upload` for an artifact with a pinned hash',
  },
  template: { kinds: ['file'], hint: '`file` with `template: FILE`' },
  unarchive: { kinds: ['extract'] },
  apt: { kinds: ['packages', 'package', 'apt'] },
  yum: { kinds: ['packages', 'package'] },
  dnf: { kinds: ['packages', 'package'] },
  package: { kinds: ['packages'] },
  blockinfile: { kinds: ['block', 'lines', 'line', 'file'] },
  lineinfile: { kinds: ['line', 'lines', 'file'] },
  replace: { kinds: ['line', 'lines', 'file'] },
  systemd: { kinds: ['service'] },
  systemd_service: { kinds: ['service'] },
  shell: { kinds: ['command'], hint: '`command` with `shell: "…"`' },
  raw: { kinds: ['command'] },
  script: { kinds: ['command'] },
  win_command: { kinds: ['command'] },
  authorized_key: { kinds: ['authorized_keys'] },
  get_url: { kinds: ['upload'], hint: '`upload` sends a file of the controller: hosts need no internet' },
  uri: { kinds: ['http', 'http_check', 'command'] },
  wait_for: { kinds: ['wait', 'port', 'wait_for', 'assert'] },
  fail: { kinds: ['assert'] },
  stat: { kinds: ['verify', 'assert'] },
  fetch: { kinds: [], hint: 'files are not fetched from hosts' },
  synchronize: { kinds: ['upload', 'extract'] },
  set_fact: { kinds: [], hint: 'write `vars` on the play or the step' },
  debug: { kinds: [], hint: 'leave it out: `--dry-run` shows every value that is going to be used' },
  setup: { kinds: [], hint: 'leave it out: facts are gathered where the playbook names them' },
  include_vars: { kinds: [], hint: 'write `vars_files` on the play' },
  include_tasks: { kinds: [], hint: 'write `include: FILE`' },
  import_tasks: { kinds: [], hint: 'write `include: FILE`' },
  include_role: { kinds: [], hint: 'put the steps into a file and write `include: FILE`' },
  import_role: { kinds: [], hint: 'put the steps into a file and write `include: FILE`' },
  meta: { kinds: [], hint: 'leave it out' },
  reboot: { kinds: ['reboot'] },
  timezone: { kinds: ['timezone', 'time'] },
  hostname: { kinds: ['hostname'] },
  iptables: { kinds: ['ufw'] },
  firewalld: { kinds: ['ufw'] },
  selinux: { kinds: [] },
  pip: { kinds: ['command'] },
  git: { kinds: ['extract'], hint: '`upload` and `extract` bring an archive of the repository' },
  known_hosts: { kinds: ['line', 'lines', 'file'] },
  cron: { kinds: ['cron', 'file'], hint: 'write a file under /etc/cron.d with `file`' },
  mount: { kinds: ['mount', 'line'] },
  sysctl: { kinds: ['sysctl'] },
  systemd_unit: { kinds: ['unit', 'service'] },
};

/** `ansible.builtin.copy` as `copy`. */
export function withoutCollection(key: string): string {
  return key.replace(/^(ansible\.builtin|ansible\.legacy|ansible\.posix|community\.\w+)\./, '');
}

/** What to write instead of a module of Ansible; undefined for what is none. */
export function moduleHint(key: string, kinds: ReadonlySet<string>): string | undefined {
  const short = withoutCollection(key);
  if (short !== key && kinds.has(short)) return `write \`${short}\`, without the collection`;
  if (/^with_\w+$/.test(key)) return 'write `loop` with a list';
  const words = Object.hasOwn(MODULE_WORDS, short) ? MODULE_WORDS[short] : undefined;
  if (words === undefined) return undefined;
  const there = words.kinds.filter((kind) => kinds.has(kind));
  if (words.kinds.length > 0 && there.length === 0) return undefined;
  if (words.hint !== undefined) return `${words.hint}`;
  return there.length === 0 ? 'there is no step kind for it' : `the step kind for it is \`${there[0]}\``;
}
