import { rememberNewest } from '../../engine/remember.ts';
import { fail } from '../../engine/view.ts';
import { ruleIdentity, type UfwRule } from '../../looks/ufw/rule.ts';
import { formatNetwork, type IpNetwork, parseNetwork } from '../../net/ip.ts';
import { readPorts } from './ports.ts';
import type { RuleArgs } from './schema.ts';

/** A rule of the playbook, as the one or two rules of ufw that it stands for. */
export interface WantedRule {
  readonly v4?: UfwRule;
  readonly v6?: UfwRule;
  /** False: a comment that is there is left alone. */
  readonly managesComment: boolean;
}

const ACTIONS = ['allow', 'deny', 'reject', 'limit'] as const;
const IPV4_ONLY = ['igmp', 'ipv6'];
const ANY4 = '0.0.0.0/0';
const ANY6 = '::/0';

/** Reads the rules of a step; fails, naming the rule, for what ufw would not take. Pure. */
export const wantedRules = rememberNewest((rules: readonly RuleArgs[]): readonly WantedRule[] => {
  const wanted = rules.map((rule, index) => readRule(rule, `rule ${index + 1}`));
  const seen = new Map<string, number>();
  wanted.forEach((rule, index) => {
    for (const one of [rule.v4, rule.v6]) {
      if (one === undefined) continue;
      const key = ruleIdentity(one);
      const earlier = seen.get(key);
      if (earlier !== undefined && earlier !== index) {
        fail(
          `rule ${index + 1} matches the same packets as rule ${earlier + 1}`,
          'ufw keeps one rule for them, and only the first match counts: leave one out',
        );
      }
      seen.set(key, index);
    }
  });
  return wanted;
});

/** The rules for a host, with those for IPv6 only where its ufw keeps such rules. */
export function wantedOn(wanted: readonly WantedRule[], ipv6: boolean): readonly WantedRule[] {
  if (ipv6) return wanted;
  return wanted.map(({ v4, managesComment }, index) => {
    if (v4 !== undefined) return { v4, managesComment };
    return fail(
      `rule ${index + 1} is for IPv6, but ufw on this host does not use IPv6`,
      'set IPV6=yes in /etc/default/ufw, or leave the rule out on such hosts',
    );
  });
}

function readRule(args: RuleArgs, where: string): WantedRule {
  const given = ACTIONS.filter((action) => args[action] !== undefined);
  const action = given[0];
  if (action === undefined || given.length > 1) {
    fail(
      `${where} has ${given.length === 0 ? 'none' : given.join(' and ')} of ${ACTIONS.join(', ')}: exactly one is needed`,
      'for example { allow: 22/tcp }',
    );
  }
  const to = readPorts(args[action] as number | string, `${where}: ${action}`);
  const from = readPorts(args.from_port ?? 'any', `${where}: from_port`);
  const protocol = protocolOf(args, [to.protocol, from.protocol], where);
  checkPorts(to.ports, from.ports, protocol, where);
  const source = readAddress(args.from, `${where}: from`);
  const destination = readAddress(args.to, `${where}: to`);
  if (source !== undefined && destination !== undefined && source.family !== destination.family) {
    fail(`${where} mixes IPv4 and IPv6: from ${args.from} to ${args.to}`);
  }
  const family = source?.family ?? destination?.family;
  if (family === 6 && IPV4_ONLY.includes(protocol)) {
    fail(`${where}: the protocol ${protocol} is for IPv4 only`);
  }
  const rule = (any: string): UfwRule => ({
    action,
    log: args.log === undefined ? '' : args.log === 'all' ? 'log-all' : 'log',
    routed: args.direction === 'routed',
    protocol,
    toPort: to.ports,
    to: destination === undefined ? any : formatNetwork(destination),
    fromPort: from.ports,
    from: source === undefined ? any : formatNetwork(source),
    toApp: '',
    fromApp: '',
    ...directionOf(args, where),
    comment: Buffer.from(args.comment ?? '').toString('hex'),
  });
  return {
    ...(family === 6 ? {} : { v4: rule(ANY4) }),
    ...(family === 4 || IPV4_ONLY.includes(protocol) ? {} : { v6: rule(ANY6) }),
    managesComment: args.comment !== undefined,
  };
}

function readAddress(text: string | undefined, where: string): IpNetwork | undefined {
  if (text === undefined || text === 'any') return undefined;
  const network = parseNetwork(text);
  if (network !== undefined) return network;
  return fail(
    `${where}: "${text}" is neither an address nor a network`,
    'write 192.0.2.7, 10.0.0.0/8, 2001:db8::/32 or any; ufw takes no host names',
  );
}

function protocolOf(args: RuleArgs, behindPorts: readonly (string | undefined)[], where: string): string {
  const named = [args.proto, ...behindPorts].filter((one) => one !== undefined);
  if (new Set(named).size > 1) fail(`${where} names two protocols: ${named.join(' and ')}`);
  return named[0] ?? 'any';
}

function checkPorts(to: string, from: string, protocol: string, where: string): void {
  if (to === 'any' && from === 'any') return;
  if (protocol !== 'any' && protocol !== 'tcp' && protocol !== 'udp') {
    fail(`${where}: the protocol ${protocol} has no ports`, 'write "any" for the port');
  }
  const several = [to, from].find((ports) => /[,:]/.test(ports));
  if (several !== undefined && protocol === 'any') {
    fail(
      `${where}: several ports (${several}) need a protocol`,
      `write ${several}/tcp or ${several}/udp, or a rule for each`,
    );
  }
}

function directionOf(
  args: RuleArgs,
  where: string,
): Pick<UfwRule, 'direction' | 'inInterface' | 'outInterface'> {
  const { direction = 'in', interface: name = '', out_interface: out = '' } = args;
  if (direction !== 'routed') {
    if (out !== '') {
      fail(`${where}: out_interface is for direction: routed`, 'use "interface", with direction: in or out');
    }
    return direction === 'in'
      ? { direction, inInterface: name, outInterface: '' }
      : { direction, inInterface: '', outInterface: name };
  }
  return { direction: name === '' && out !== '' ? 'out' : 'in', inInterface: name, outInterface: out };
}
