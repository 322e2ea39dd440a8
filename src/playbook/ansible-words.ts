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
  serial:
    "leave it out: `--concurrency N` says how many hosts are at work at once, `--limit 'web[0:9]'` takes some first",
  strategy: 'leave it out: hosts do not wait for each other',
  any_errors_fatal: 'leave it out: a host that fails does not stop the others',
  max_fail_percentage: 'leave it out: a host that fails does not stop the others',
  ignore_errors: 'write it on the steps that may fail',
  remote_user: 'write `ansible_user` in the inventory',
  user: 'write `ansible_user` in the inventory',
  port: 'write `ansible_port` in the inventory',
  connection: 'write `ansible_connection` in the inventory',
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
  any_errors_fatal: 'leave it out',
  throttle: 'leave it out: `--concurrency N` says how many hosts are at work at once',
  sudo: 'write `become: true`',
  sudo_user: 'write `become_user`',
  tag: 'write `tags`',
};

/** Where the guide has a recipe for what no kind does. */
const RECIPES = 'see "What there is no kind for" in docs/guide.md';
const PACKAGES = `there is no kind for packages yet: \`command\` with \`unless\`; ${RECIPES}`;
const LINES =
  'there is no kind for single lines: `file` has the whole content; a drop-in (a file of its own under a directory such as sshd_config.d) leaves the rest alone, and `env` sets variables';

/** Modules, by their short names. */
const MODULE_WORDS: Readonly<Record<string, string>> = {
  copy: '`file` for content or a small file, `upload` for an artifact with a pinned hash',
  template: '`file` with `template: FILE` (Liquid, not Jinja)',
  unarchive: 'the step kind for it is `extract`',
  apt: PACKAGES,
  apt_key: '`file` puts the key under /etc/apt/keyrings',
  apt_repository: '`file` writes /etc/apt/sources.list.d/NAME.list',
  yum: PACKAGES,
  dnf: PACKAGES,
  apk: PACKAGES,
  package: PACKAGES,
  pip: `there is no kind for pip: \`command\` with \`unless\`; ${RECIPES}`,
  blockinfile: LINES,
  lineinfile: LINES,
  replace: LINES,
  known_hosts: '`file` writes the whole of /etc/ssh/ssh_known_hosts',
  systemd: 'the step kind for it is `service`',
  systemd_service: 'the step kind for it is `service`',
  shell: '`command` with `shell: "…"`',
  raw: 'the step kind for it is `command`',
  script: '`upload` brings the script, `command` runs it',
  win_command: 'the step kind for it is `command`',
  authorized_key: 'the step kind for it is `authorized_keys`',
  get_url: '`upload` sends a file of the controller: hosts need no internet',
  uri: '`command` with `[curl, -fsS, URL]` and `read_only: true`',
  wait_for:
    '`command` with `read_only: true` that asks, and `retries` and `delay` beside it: behind a change it is asked again until it succeeds',
  fail: '`assert` with `that`: condition and message',
  stat: '`command` has `creates` and `removes` for what depends on a path; `[test, -e, PATH]` with `read_only: true`, `expect: { rc: [0, 1] }` and `register` asks; `verify` demands the hash of a file, `assert` other properties of the host',
  fetch: 'files are not fetched from hosts',
  synchronize: '`upload` sends a folder, `extract` an archive',
  set_fact: 'write `vars` on the play or the step',
  debug:
    'leave it out: `--dry-run --diff` shows what is going to be written, `provision facts` facts, `provision inventory --host NAME` variables; the `name` of a step may hold {{ }} too',
  setup: 'leave it out: facts are gathered where the playbook names them',
  gather_facts: 'leave it out: facts are gathered where the playbook names them',
  ping: 'leave it out: `provision facts` tells whether hosts answer',
  include_vars: 'write `vars_files` on the play',
  include_tasks: 'write `include: FILE`',
  import_tasks: 'write `include: FILE`',
  include_role: 'put the steps into a file and write `include: FILE`',
  import_role: 'put the steps into a file and write `include: FILE`',
  meta: 'leave it out',
  reboot: `there is no kind that reboots and waits; ${RECIPES}`,
  timezone: '`link` from /etc/localtime into /usr/share/zoneinfo, with `force: true`',
  hostname: '`command` with `[hostnamectl, set-hostname, NAME]` and `unless`',
  iptables: 'the step kind for it is `ufw`',
  firewalld: 'the step kind for it is `ufw`',
  selinux: 'there is no step kind for it',
  git: '`upload` and `extract` bring an archive of the repository',
  cron: 'write a file under /etc/cron.d with `file`',
  mount: `there is no kind for mounts: a .mount unit with \`file\` and \`service\`; ${RECIPES}`,
  sysctl: `there is no kind for it: \`file\` writes /etc/sysctl.d/NAME.conf, \`command\` with \`unless\` loads it; ${RECIPES}`,
  systemd_unit: '`file` writes the unit, `service` starts it',
};

/** `ansible.builtin.copy` as `copy`. */
function withoutCollection(key: string): string {
  return key.replace(/^(ansible\.builtin|ansible\.legacy|ansible\.posix|community\.\w+)\./, '');
}

/** What to write instead of a module of Ansible; undefined for what is none. */
export function moduleHint(key: string, kinds: ReadonlySet<string>): string | undefined {
  const short = withoutCollection(key);
  if (short !== key && kinds.has(short)) return `write \`${short}\`, without the collection`;
  if (/^with_\w+$/.test(key)) return 'write `loop` with a list';
  return Object.hasOwn(MODULE_WORDS, short) ? MODULE_WORDS[short] : undefined;
}
