import { fail } from '../../engine/view.ts';
import { sortPorts } from '../../looks/ufw/rule.ts';

/** Ports as ufw keeps them, with the protocol that stood behind them. */
export interface Ports {
  /** `any`, `22`, `80,443,8000:8010`: sorted by number. */
  readonly ports: string;
  readonly protocol: 'tcp' | 'udp' | undefined;
}

/** iptables' multiport takes 15, where a range counts as two. */
const MOST_PORTS = 15;

/** Reads `22`, `22/tcp`, `8000:8010/tcp`, `80,443/tcp`, `any`; fails with what is wrong. */
export function readPorts(value: number | string, where: string): Ports {
  const text = String(value).trim();
  const [list = '', protocol, ...more] = text.split('/');
  if (more.length > 0 || (protocol !== undefined && protocol !== 'tcp' && protocol !== 'udp')) {
    fail(`${where}: "${text}" has a protocol that is neither tcp nor udp`, 'write for example 22/tcp');
  }
  if (list === 'any') return { ports: 'any', protocol };
  const parts = list.split(',').map((part) => readPart(part.trim(), text, where));
  const count = parts.reduce((sum, part) => sum + (part.includes(':') ? 2 : 1), 0);
  if (count > MOST_PORTS) {
    fail(
      `${where}: "${text}" lists more ports than a rule can hold (${MOST_PORTS}, a range counts as two)`,
      'split it into several rules',
    );
  }
  return { ports: sortPorts(parts).join(','), protocol };
}

function readPart(part: string, text: string, where: string): string {
  const match = /^(\d+)(?::(\d+))?$/.exec(part);
  if (match === null) {
    return fail(
      `${where}: "${text}" is not a port`,
      'write a number, 8000:8010, 80,443 or any; names of services and applications depend on files of the host',
    );
  }
  const [first, last] = [Number(match[1]), match[2] === undefined ? undefined : Number(match[2])];
  for (const port of [first, last ?? first]) {
    if (port < 1 || port > 65535) fail(`${where}: ${port} is not a port: they go from 1 to 65535`);
  }
  if (last === undefined) return String(first);
  if (first >= last) fail(`${where}: the range ${part} does not go up`);
  return `${first}:${last}`;
}
