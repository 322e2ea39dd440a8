import type { Change } from '../../engine/change.ts';
import type { GuardNeed } from '../../engine/guard/need.ts';
import { refuseLockout } from '../../engine/guard/refuse-lockout.ts';
import type { View } from '../../engine/view.ts';
import type { UnitState } from '../../looks/unit/state.ts';
import { joinShell, type Shell, sh } from '../../shell/quote.ts';
import type { ServiceArgs } from './schema.ts';

/** Units that carry this run's own connection. */
const WAY_IN = /^(ssh|sshd|dropbear)\.(service|socket)$/;
/** What a host's addresses and routes come from: some take them away when they are stopped. */
const NETWORK = /^(systemd-networkd|NetworkManager|networking|connman|dhcpcd)\.service$/;
/** Load rules into the kernel when they start, and take them out or others in when they stop. */
const FIREWALL = /^(nftables|netfilter-persistent|iptables|ip6tables|firewalld|ufw)\.service$/;
/** The targets whose `.wants` these have a link in. */
const TARGETS = ['multi-user', 'sysinit', 'basic', 'network-pre'];

/** @throws StepFailure when the host would not be reached any more, by all that is known. */
export function requireWayIn(
  args: ServiceArgs,
  { id }: UnitState,
  changes: readonly Change[],
  view: View,
): void {
  const gone = args.state === 'stopped' || args.enabled === false || args.masked === true;
  const stops = args.state === 'stopped' && changes.some(({ attribute }) => attribute === 'state');
  const hint = 'leave the unit as it is; when another way in is ready, run with --no-guard';
  if (WAY_IN.test(id) && gone)
    refuseLockout(view, `this would lock the controller out: ${id} is how it gets in`, hint);
  if (NETWORK.test(id) && stops) {
    refuseLockout(
      view,
      `this could lock the controller out: the network of this host may rest on ${id}`,
      hint,
    );
  }
}

/**
 * A firewall that starts loads rules that nobody has tried. A rollback brings the unit back to where it was, and then the rules that
 * were in the kernel: with them this run got in. What the unit itself loads on its way is replaced by them.
 */
export function guardOfUnit({ id, active }: UnitState): { readonly guard?: GuardNeed } {
  if (!FIREWALL.test(id)) return {};
  const runs = active === 'active' || active === 'reloading';
  const links = TARGETS.map((target) => `/etc/systemd/system/${target}.target.wants/${id}`);
  return {
    guard: {
      what: `the firewall (${id})`,
      paths: [`/etc/systemd/system/${id}`, ...links].map((path) => ({ path })),
      keep: KEEP_RULES,
      settle: joinShell([
        sh`bad=0
systemctl daemon-reload || bad=1
systemctl --no-ask-password ${runs ? 'start' : 'stop'} -- ${id} || bad=1`,
        LOAD_RULES,
        sh`exit $bad`,
      ]),
    },
  };
}

/** nft has all of the kernel's rules, but for those of the old iptables; where there is no nft, there are only these. */
const KEEP_RULES: Shell = sh`if command -v nft >/dev/null 2>&1; then
  { echo 'flush ruleset'; nft list ruleset; } >"$G/nft" 2>/dev/null || rm -f -- "$G/nft"
fi
for t in iptables ip6tables; do
  # The table "filter" also where there is none yet, so that it comes back empty.
  { "$t-save" && "$t-save" -t filter; } >"$G/$t" 2>/dev/null || rm -f -- "$G/$t"
done
if [ ! -e "$G/nft" ] && [ ! -e "$G/iptables" ]; then
  echo 'the rules of the firewall cannot be kept: neither nft nor iptables-save tells them' >&2
  exit 1
fi`;

/** Rules that nft cannot load again go: an open host can be mended, a closed one cannot. That is reported. */
const LOAD_RULES: Shell = sh`loaded=
if [ -e "$G/nft" ]; then
  if nft -f "$G/nft"; then loaded=1; else bad=1; nft flush ruleset || :; fi
fi
for t in iptables ip6tables; do
  [ -e "$G/$t" ] || continue
  # The new iptables has its rules where nft has them.
  case $loaded$("$t" -V) in 1*nf_tables*) continue ;; esac
  "$t-restore" -w 10 <"$G/$t" || bad=1
done`;
