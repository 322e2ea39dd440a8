import type { ConnectionAnswer } from '../../looks/connection.ts';
import type { UfwPolicy, UfwRuleSet } from '../../looks/ufw/look.ts';
import type { UfwRule } from '../../looks/ufw/rule.ts';
import { contains, parseNetwork } from '../../net/ip.ts';
import { ruleText } from './rule-text.ts';

/** The firewall as it will be. */
export interface PlannedFirewall {
  readonly rules: UfwRuleSet;
  readonly incoming: UfwPolicy;
  readonly ipv6: boolean;
}

export type Admission =
  | { readonly admitted: true }
  /** `by`: what turns the controller away, in words. */
  | { readonly admitted: false; readonly by: string };

type Peer = Extract<ConnectionAnswer, { readonly known: true }>;

/**
 * Proves on paper that a new SSH connection from this controller would get in: the first rule that matches
 * decides, then the policy. What cannot be told for sure (a rule on an interface that is not known, a rule on
 * source ports) counts against it.
 */
export function admission(firewall: PlannedFirewall, peer: Peer): Admission {
  // ufw lets everything in that comes over loopback.
  if (peer.interface === 'lo') return { admitted: true };
  const six = peer.client.includes(':');
  if (six && !firewall.ipv6)
    return { admitted: false, by: 'IPV6=no in /etc/default/ufw: ufw shuts IPv6 off' };
  for (const rule of six ? firewall.rules.v6 : firewall.rules.v4) {
    const match = matches(rule, peer);
    const opens = rule.action === 'allow' || rule.action === 'limit';
    if (match === 'no' || (match === 'perhaps' && opens)) continue;
    return opens ? { admitted: true } : { admitted: false, by: `the rule "${ruleText(rule)}"` };
  }
  return firewall.incoming === 'allow'
    ? { admitted: true }
    : { admitted: false, by: `the policy "incoming: ${firewall.incoming}"` };
}

function matches(rule: UfwRule, peer: Peer): 'yes' | 'no' | 'perhaps' {
  if (rule.routed || rule.direction === 'out') return 'no';
  if (rule.protocol !== 'any' && rule.protocol !== 'tcp') return 'no';
  if (!hasPort(rule.toPort, peer.port)) return 'no';
  const places = [
    inNetwork(rule.from, peer.client),
    inNetwork(rule.to, peer.server),
    onInterface(rule, peer),
  ];
  if (places.includes('no')) return 'no';
  return places.includes('perhaps') || rule.fromPort !== 'any' ? 'perhaps' : 'yes';
}

function hasPort(list: string, port: number): boolean {
  if (list === 'any') return true;
  return list.split(',').some((part) => {
    const [first = 0, last = first] = part.split(':').map(Number);
    return first <= port && port <= last;
  });
}

function inNetwork(network: string, address: string): 'yes' | 'no' | 'perhaps' {
  const [outer, inner] = [parseNetwork(network), parseNetwork(address)];
  // A dotted netmask that is no prefix: legal in ufw, not judged here.
  if (outer === undefined || inner === undefined) return 'perhaps';
  return contains(outer, inner) ? 'yes' : 'no';
}

function onInterface(rule: UfwRule, peer: Peer): 'yes' | 'no' | 'perhaps' {
  const name = rule.inInterface;
  if (name === '') return 'yes';
  if (peer.interface === undefined) return 'perhaps';
  // iptables(8): an interface name that ends in "+" stands for all that begin so.
  const same = name.endsWith('+') ? peer.interface.startsWith(name.slice(0, -1)) : name === peer.interface;
  return same ? 'yes' : 'no';
}
