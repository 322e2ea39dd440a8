import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { quote } from '../../src/shell/quote.ts';

/** The same job for all contestants: many small files, of which some are different in each round. */
export interface SmallFiles {
  readonly count: number;
  /** For provision. Variables: `folder`, `changing` (files that differ each round), `generation`. */
  readonly playbook: string;
  /** For Ansible, with the same variables. */
  readonly ansible: string;
}

/** Variables of one run. */
export interface Generation {
  /** On the hosts. */
  readonly folder: string;
  /** How many files carry the generation; the others never change. */
  readonly changing: number;
  readonly generation: number;
}

const MODE = '0644';

/** Writes the playbooks into a directory. */
export function writeSmallFiles(directory: string, count: number): SmallFiles {
  const numbers = Array.from({ length: count }, (_, i) => i);
  const playbook = join(directory, `small-files-${count}.yml`);
  const steps = numbers.map((i) => ({
    name: `File ${i}`,
    file: {
      path: `{{ folder }}/${nameOf(i)}`,
      content: contentOf(i, `{{ changing > ${i} ? generation : 0 }}`),
      mode: MODE,
    },
  }));
  const folder = { name: 'Folder', directory: { path: '{{ folder }}', mode: '0755' } };
  writeFileSync(playbook, dump({ name: 'Small files', hosts: 'fleet', steps: [folder, ...steps] }));
  const ansible = join(directory, `small-files-${count}-ansible.yml`);
  const tasks = numbers.map((i) => ({
    name: `File ${i}`,
    'ansible.builtin.copy': {
      dest: `{{ folder }}/${nameOf(i)}`,
      content: contentOf(i, `{{ generation if changing > ${i} else 0 }}`),
      mode: MODE,
    },
  }));
  const ansibleFolder = {
    'ansible.builtin.file': { path: '{{ folder }}', state: 'directory', mode: '0755' },
  };
  writeFileSync(
    ansible,
    dump([{ name: 'Small files', hosts: 'fleet', gather_facts: false, tasks: [ansibleFolder, ...tasks] }]),
  );
  return { count, playbook, ansible };
}

/** A script that writes the files by hand, each beside its target, synced, renamed. */
export function writingScript(count: number, run: Generation): string {
  const { folder } = run;
  const lines = smallFiles(count, run).map(
    ({ name, content }) =>
      `printf %s ${quote(content)} >.new; chmod ${MODE} .new; sync .new; mv .new ${quote(name)}`,
  );
  return ['set -e', `mkdir -p ${quote(folder)}`, `cd ${quote(folder)}`, ...lines].join('\n');
}

/** A script that looks at them by hand. */
export function lookingScript(count: number, { folder }: Generation): string {
  return `set -e; cd ${quote(folder)}; stat -c '%a %U %G %s %n' file-*; sha256sum file-* | wc -l | grep -qx ${count}`;
}

/** A script that fails where a host does not have them. */
export function checkingScript(count: number, run: Generation): string {
  const tests = smallFiles(count, run).map(
    ({ name, content }) => `[ "$(cat ${quote(name)}; echo .)" = ${quote(`${content}.`)} ]`,
  );
  return ['set -e', `cd ${quote(run.folder)}`, ...tests].join('\n');
}

/** The files of one run. */
export function smallFiles(
  count: number,
  { changing, generation }: Pick<Generation, 'changing' | 'generation'>,
): readonly { readonly name: string; readonly content: string }[] {
  return Array.from({ length: count }, (_, i) => ({
    name: nameOf(i),
    content: contentOf(i, String(changing > i ? generation : 0)),
  }));
}

function nameOf(i: number): string {
  return `file-${String(i).padStart(3, '0')}.conf`;
}

/** About what a drop-in of a service has. */
function contentOf(i: number, generation: string): string {
  return `# Drop-in ${i}\n[Service]\nEnvironment=GENERATION=${generation}\nEnvironment=NUMBER=${i}\nRestart=on-failure\n`;
}
