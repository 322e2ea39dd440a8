import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from 'js-yaml';

/** Writes a playbook of many steps as people write them, and an inventory of many hosts. */
export function writeBigPlaybook(
  directory: string,
  steps: number,
  hosts: number,
): { readonly playbook: string; readonly inventory: string } {
  const playbook = join(directory, 'big.yml');
  const vars = { service: { port: 8080, user: 'app' }, root: '/srv/app' };
  const list = Array.from({ length: steps }, (_, i) => ({ name: `Step ${i}`, ...stepOf(i) }));
  writeFileSync(playbook, dump({ name: 'Big', hosts: 'web:!web-0001', vars, steps: list }));
  const inventory = join(directory, 'big-inventory.yml');
  const names = Array.from({ length: hosts }, (_, i) => `web-${String(i).padStart(4, '0')}`);
  const entries = names.map((name, i) => [
    name,
    { ansible_host: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, rack: `r${i % 40}` },
  ]);
  writeFileSync(
    inventory,
    dump({ web: { vars: { ansible_user: 'ops' }, hosts: Object.fromEntries(entries) } }),
  );
  return { playbook, inventory };
}

/** Kinds that playbooks have most of, with variables, conditions and facts among them. */
function stepOf(i: number): object {
  switch (i % 5) {
    case 0:
      return { directory: { path: `{{ root }}/dir-${i}`, mode: '0755' } };
    case 1:
      return {
        file: {
          path: `{{ root }}/app-${i}.conf`,
          content: 'port={{ service.port }}\nhost={{ inventory_hostname }}\n',
          mode: '0644',
        },
      };
    case 2:
      return {
        when: 'service.port > 1024',
        command: { argv: ['/usr/bin/true', `--step=${i}`], read_only: true },
      };
    case 3:
      return { link: { path: `{{ root }}/current-${i}`, target: `{{ root }}/dir-${i - 3}` } };
    default:
      return {
        file: {
          path: `/etc/app/{{ facts.arch }}-${i}.env`,
          content: 'APP_USER={{ service.user }}\n',
          mode: '0600',
        },
      };
  }
}
