import type { GuardNeed } from '../../engine/guard/need.ts';
import type { UfwState } from '../../looks/ufw/look.ts';
import { sh } from '../../shell/quote.ts';

/** All that ufw's own code writes. */
const FILES = ['/etc/default/ufw', '/etc/ufw/ufw.conf', '/etc/ufw/user.rules', '/etc/ufw/user6.rules'];

/**
 * The firewall as it is now. It is loaded by ufw's own script for the boot, which needs no Python, from a kernel without
 * any rule of ufw: that opens first and shuts then, so that the host is never more closed than it was. Where the old
 * rules cannot be loaded the host stays open.
 */
export function ufwGuard({ running }: UfwState): GuardNeed {
  const load = running.state === 'yes' ? sh`"$init" start >/dev/null` : sh`:`;
  return {
    what: 'the firewall',
    paths: FILES.map((path) => ({ path })),
    settle: sh`init=/lib/ufw/ufw-init; [ -x "$init" ] || init=/usr/lib/ufw/ufw-init
"$init" force-stop >/dev/null
${load}`,
  };
}
