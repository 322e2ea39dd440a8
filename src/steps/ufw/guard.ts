import type { GuardNeed } from '../../engine/guard/need.ts';
import type { UfwState } from '../../looks/ufw/look.ts';
import { sh } from '../../shell/quote.ts';

/** All that ufw's own code writes. */
const FILES = ['/etc/default/ufw', '/etc/ufw/ufw.conf', '/etc/ufw/user.rules', '/etc/ufw/user6.rules'];

/**
 * The firewall as it is now, in its files and in the kernel. The kernel's rules are put back as they were, because with them this
 * run got in: to load the files could bring what somebody has edited and never loaded. Only where that fails ufw's own script for
 * the boot loads the files, from a kernel without any rule of ufw; where that fails too the host stays open.
 */
export function ufwGuard({ running }: UfwState): GuardNeed {
  const load = running.state === 'yes' ? sh`"$init" start >/dev/null` : sh`:`;
  return {
    what: 'the firewall',
    paths: FILES.map((path) => ({ path })),
    keep: sh`for t in iptables ip6tables; do "$t-save" -t filter >"$G/$t" 2>/dev/null || rm -f -- "$G/$t"; done`,
    settle: sh`restored=1
for t in iptables ip6tables; do
  if [ -e "$G/$t" ]; then "$t-restore" -w 10 -T filter <"$G/$t" || restored=; fi
done
if [ -e "$G/iptables" ] && [ -n "$restored" ]; then exit 0; fi
init=/lib/ufw/ufw-init; [ -x "$init" ] || init=/usr/lib/ufw/ufw-init
"$init" force-stop >/dev/null
${load}`,
  };
}
