import { sh } from '../../shell/quote.ts';
import type { Fact } from './fact.ts';

export const addresses: Fact = {
  name: 'addresses',
  summary: 'IP addresses of the host, IPv4 before IPv6, without loopback and link-local ones.',
  example: ['10.1.2.3', '2001:db8::3'],
  script: sh`cat /proc/net/fib_trie 2>/dev/null; echo; cat /proc/net/if_inet6 2>/dev/null || :`,
  parse(output) {
    return [...ipv4(output), ...ipv6(output)];
  },
};

/** The routing table lists each of the host's own addresses as a leaf of type LOCAL. */
function ipv4(output: string): readonly string[] {
  const own = [...output.matchAll(/\|-- (\d+\.\d+\.\d+\.\d+)\n\s+\/32 host LOCAL/g)].map(
    ([, address]) => address as string,
  );
  const outward = own.filter((address) => !address.startsWith('127.') && !address.startsWith('169.254.'));
  return [...new Set(outward)].sort(
    (a, b) => Number(a.split('.').map(pad).join('')) - Number(b.split('.').map(pad).join('')),
  );
}

function pad(part: string): string {
  return part.padStart(3, '0');
}

/** Lines of `ADDRESS INDEX PREFIX SCOPE FLAGS NAME` in hex; scope 00 is global. */
function ipv6(output: string): readonly string[] {
  const found = [...output.matchAll(/^([0-9a-f]{32}) [0-9a-f]+ [0-9a-f]+ 00 [0-9a-f]+ +\S+$/gm)].map(
    ([, hex]) => compress((hex as string).match(/.{4}/g) as string[]),
  );
  return [...new Set(found)].sort();
}

/** The canonical text of an IPv6 address (RFC 5952): the URL parser writes it. */
function compress(groups: readonly string[]): string {
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
