import { isIPv6 } from '../net/is-ipv6.ts';

export interface HostAddress {
  readonly name: string;
  readonly port?: number;
}

/** Splits `host:2222` and `[2001:db8::1]:2222`. The colons of a bare IPv6 address are part of the name. */
export function splitPort(text: string): HostAddress {
  // The usual name: neither port nor IPv6 address is without a colon.
  if (!text.includes(':')) return { name: text };
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text);
  if (bracketed && isIPv6(bracketed[1]!)) return withPort(bracketed[1]!, bracketed[2]);
  if (isIPv6(text)) return { name: text };
  const plain = /^((?:[^:[]|\[[^\]]*\])+):(\d+)$/.exec(text);
  return plain ? withPort(plain[1]!, plain[2]) : { name: text };
}

function withPort(name: string, port: string | undefined): HostAddress {
  return port === undefined ? { name } : { name, port: Number(port) };
}

const USUAL_NAME = /^[\w.-]+$/;

/** Whether a name could be confused with a pattern, or is no name at all. */
export function badName(name: string): string | undefined {
  if (USUAL_NAME.test(name)) return undefined;
  if (name === '') return 'a name must not be empty';
  if (/\s/.test(name)) return `the name ${JSON.stringify(name)} must not contain blanks`;
  if (isIPv6(name)) return undefined;
  const special = /[:,&!*?[\]~"'`{}]/.exec(name);
  return special ? `the name \`${name}\` must not contain ${special[0]}` : undefined;
}
