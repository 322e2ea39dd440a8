import type { StepKind } from '../../engine/step-kind.ts';
import { compare } from './compare.ts';
import { type ServiceArgs, schema } from './schema.ts';

export const service: StepKind<ServiceArgs> = {
  name: 'service',
  summary: 'A service, or another unit of systemd, that runs or not, now and at boot.',
  description: `One question to systemd tells everything about all units of a playbook. What a step does not name is left
alone.

A unit whose file an earlier step writes is predicted: its \`[Install]\` section, whether it runs once, and that systemd
has to read it. When the file of a unit that is running or enabled differs from what systemd has loaded, that is a
change of its own (\`unit file: outdated\`), and systemd is made to read it; a service that runs goes on with its old
settings until it is restarted.

\`started\` is proven: the service must stay active for a second. When it does not, the step fails with its state and the
end of its journal. A unit of \`Type=oneshot\` without \`RemainAfterExit\` cannot be kept started, and is refused.

\`enabled\` follows \`systemctl is-enabled\`: \`static\`, \`indirect\` and \`generated\` units have nothing to enable; that is
noted, and is no change. Init scripts are judged by the links of their runlevels. A masked unit is refused unless the
step says \`masked: false\`.

Refused, but for \`--no-guard\`: to start a unit that ends the system (\`poweroff.target\`, \`reboot.target\`, \`rescue.target\` and
their like), and to stop, disable or mask one that logins need (\`systemd-user-sessions\`, \`dbus\`, \`systemd-logind\`,
\`sysinit.target\`, \`basic.target\`, \`multi-user.target\` and their like, \`/usr\`, \`/home\` and other mounts of the system).

The unit that carries the run's own connection (\`ssh\`, \`sshd\`, \`dropbear\`) is neither stopped, disabled nor masked; those of
the network (\`systemd-networkd\`, \`NetworkManager\`, \`networking\` and the like) are not stopped. Changes to those of a firewall
(\`nftables\`, \`netfilter-persistent\`, \`iptables\`, \`firewalld\`, \`ufw\`) are made under guard, and rolled back when no new
connection gets in.`,
  schema,
  examples: [
    { title: 'Runs, now and after every boot', args: { name: 'nginx', state: 'started', enabled: true } },
    { title: 'A timer', args: { name: 'backup.timer', state: 'started', enabled: true } },
    { title: 'Barred for good', args: { name: 'rpcbind', state: 'stopped', enabled: false, masked: true } },
    { title: 'Allowed again', args: { name: 'cron', masked: false, enabled: true, state: 'started' } },
  ],
  requires: 'systemd; root for changes',
  compare,
};
