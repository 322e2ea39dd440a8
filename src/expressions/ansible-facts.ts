/** Facts of Ansible by their names without `ansible_`, and what is nearest to them here. */
const FACTS_THERE: Readonly<Record<string, string>> = {
  architecture: 'facts.arch, in the words of Go: amd64, not x86_64',
  machine: 'facts.arch, in the words of Go: amd64, not x86_64',
  userspace_architecture: 'facts.arch, in the words of Go: amd64, not x86_64',
  system: 'facts.os, in lower case: linux',
  distribution: 'facts.distribution, in lower case: debian',
  os_family: 'facts.distribution, for example facts.distribution in ["debian", "ubuntu"]',
  pkg_mgr: 'facts.distribution, for example facts.distribution in ["debian", "ubuntu"]',
  distribution_version: 'facts.distribution_version',
  distribution_major_version: 'split(facts.distribution_version, ".")[0]',
  distribution_release: 'facts.distribution_codename',
  lsb: 'facts.distribution_codename',
  hostname: 'facts.hostname',
  nodename: 'facts.hostname',
  fqdn: 'facts.hostname, or inventory_hostname for the name in the inventory',
  kernel: 'facts.kernel',
  processor_vcpus: 'facts.cpus',
  processor_cores: 'facts.cpus',
  processor_count: 'facts.cpus',
  memtotal_mb: 'facts.memory, in bytes',
  memory_mb: 'facts.memory, in bytes',
  default_ipv4: 'facts.addresses, a list',
  default_ipv6: 'facts.addresses, a list',
  all_ipv4_addresses: 'facts.addresses, a list',
  all_ipv6_addresses: 'facts.addresses, a list',
  mounts: 'facts.disks',
  devices: 'facts.disks',
};

const OTHERS = 'what is known of a host is under `facts`, for example facts.arch';

/** What to write instead of `ansible_distribution` or `ansible_facts.distribution`; undefined for what is neither. */
export function ansibleFactHint(root: string, member: unknown): string | undefined {
  const name =
    root === 'ansible_facts' ? String(member).replace(/^ansible_/, '') : root.replace(/^ansible_/, '');
  if (root !== 'ansible_facts' && name === root) return undefined;
  if (Object.hasOwn(FACTS_THERE, name)) return `write ${FACTS_THERE[name]}`;
  return root === 'ansible_facts' ? OTHERS : undefined;
}
