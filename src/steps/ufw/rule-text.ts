import type { UfwRule } from '../../looks/ufw/rule.ts';

/** A rule in the words of ufw's command line, for people: `allow 8080/tcp from 10.0.0.0/8`. */
export function ruleText(rule: UfwRule): string {
  const from = isAnywhere(rule.from) ? '' : rule.from;
  const to = isAnywhere(rule.to) ? '' : rule.to;
  const fromPort = rule.fromApp === '' ? rule.fromPort : rule.fromApp;
  const words = [
    rule.routed ? 'route' : '',
    rule.action,
    rule.direction === 'out' && !rule.routed ? 'out' : '',
    ...what(rule, from !== '' || to !== '' || fromPort !== 'any'),
    from === '' && fromPort === 'any' ? '' : `from ${from === '' ? 'any' : from}`,
    fromPort === 'any' ? '' : `port ${fromPort}`,
    to === '' ? '' : `to ${to}`,
    ...interfaces(rule),
    rule.log,
  ];
  return words.filter((word) => word !== '').join(' ');
}

/** The comment as text; empty when there is none. */
export function commentText(rule: UfwRule): string {
  return Buffer.from(rule.comment, 'hex').toString('utf8');
}

/** Tells whether the text of a rule shows if it is for IPv4 or IPv6. */
export function showsFamily(rule: UfwRule): boolean {
  return !isAnywhere(rule.from) || !isAnywhere(rule.to);
}

function isAnywhere(address: string): boolean {
  return address === '0.0.0.0/0' || address === '::/0';
}

function what(rule: UfwRule, restricted: boolean): readonly string[] {
  if (rule.toApp !== '') return [rule.toApp];
  if (rule.toPort !== 'any')
    return [rule.protocol === 'any' ? rule.toPort : `${rule.toPort}/${rule.protocol}`];
  if (rule.protocol !== 'any') return ['proto', rule.protocol];
  return restricted ? [] : ['any'];
}

function interfaces(rule: UfwRule): readonly string[] {
  if (!rule.routed) {
    const name = rule.inInterface === '' ? rule.outInterface : rule.inInterface;
    return name === '' ? [] : [`on ${name}`];
  }
  return [
    rule.inInterface === '' ? '' : `in on ${rule.inInterface}`,
    rule.outInterface === '' ? '' : `out on ${rule.outInterface}`,
  ];
}
