import type { JsonSchema } from '../../engine/step-kind.ts';

/** Arguments of the `ufw` step. */
export interface UfwArgs {
  readonly state?: 'enabled' | 'disabled';
  readonly incoming?: Policy;
  readonly outgoing?: Policy;
  readonly routed?: Policy;
  readonly logging?: 'off' | 'low' | 'medium' | 'high' | 'full';
  readonly rules?: readonly RuleArgs[];
  readonly complete?: boolean;
}

export type Policy = 'allow' | 'deny' | 'reject';

/** One rule as written. Exactly one of `allow`, `deny`, `reject`, `limit` is there. */
export interface RuleArgs {
  readonly allow?: number | string;
  readonly deny?: number | string;
  readonly reject?: number | string;
  readonly limit?: number | string;
  readonly from?: string;
  readonly from_port?: number | string;
  readonly to?: string;
  readonly proto?: string;
  readonly direction?: 'in' | 'out' | 'routed';
  readonly interface?: string;
  readonly out_interface?: string;
  readonly log?: 'new' | 'all';
  readonly comment?: string;
}

const PORT_EXAMPLES = [22, '22/tcp', '8000:8010/tcp', '80,443/tcp', 'any'];

function ports(description: string): JsonSchema {
  return { type: ['integer', 'string'], description, examples: PORT_EXAMPLES };
}

function policy(direction: string, ufwDefault: string): JsonSchema {
  return {
    enum: ['allow', 'deny', 'reject'],
    description: `What becomes of ${direction} that no rule matches. Left alone when it is not given (a fresh ufw has \`${ufwDefault}\`).`,
    examples: [ufwDefault],
  };
}

const RULE: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  description: 'One rule, with exactly one of `allow`, `deny`, `reject` and `limit`.',
  examples: [{ allow: '22/tcp' }, { allow: '8080/tcp', from: '10.0.0.0/8' }],
  properties: {
    allow: ports(
      'Let in what comes to these ports: a number, a range `8000:8010`, a list `80,443`, each with `/tcp` or `/udp` behind it, or `any`.',
    ),
    deny: ports('Drop silently what comes to these ports; written as for `allow`.'),
    reject: ports('Refuse with an answer what comes to these ports; written as for `allow`.'),
    limit: ports(
      'Let in, but refuse an address that opens 6 connections within 30 seconds; written as for `allow`. Mind that several runs in quick succession count too.',
    ),
    from: {
      type: 'string',
      description:
        'Source address or network, IPv4 or IPv6. Default `any`: a rule for IPv4, and one for IPv6 where ufw uses it.',
      examples: ['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', 'any'],
    },
    from_port: ports('Source ports. Seldom of use.'),
    to: {
      type: 'string',
      description: 'Destination address or network. Default `any`.',
      examples: ['192.0.2.7', 'any'],
    },
    proto: {
      enum: ['any', 'tcp', 'udp', 'ah', 'esp', 'gre', 'igmp', 'ipv6'],
      description:
        'Protocol, where it does not stand behind the port. Only `tcp` and `udp` have ports; without one, a rule with a port is for both.',
      examples: ['tcp', 'esp'],
    },
    direction: {
      enum: ['in', 'out', 'routed'],
      default: 'in',
      description: '`routed`: packets that pass through the host (`ufw route`).',
      examples: ['out'],
    },
    interface: {
      type: 'string',
      pattern: '^[a-zA-Z0-9_.+,=%@-]{1,15}$',
      description:
        'Only on this network interface: where it comes in, or with `direction: out` where it goes out.',
      examples: ['eth0', 'tun+'],
    },
    out_interface: {
      type: 'string',
      pattern: '^[a-zA-Z0-9_.+,=%@-]{1,15}$',
      description: 'With `direction: routed`: the network interface where the packet leaves the host.',
      examples: ['eth1'],
    },
    log: {
      enum: ['new', 'all'],
      description: 'Log matching connections (`new`), or every matching packet (`all`).',
      examples: ['new'],
    },
    comment: {
      type: 'string',
      pattern: "^[^'\\u0000-\\u001f]*$",
      description:
        "Kept with the rule. Without it, a comment that is there is left alone. No `'`: ufw cannot keep it.",
      examples: ['metrics'],
    },
  },
};

export const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    state: {
      enum: ['enabled', 'disabled'],
      description:
        '`enabled`: on, and loaded at boot; also that the kernel really holds the rules is looked at. Left alone when it is not given.',
      examples: ['enabled'],
    },
    incoming: policy('what comes in', 'deny'),
    outgoing: policy('what goes out', 'allow'),
    routed: policy('what passes through', 'deny'),
    logging: {
      enum: ['off', 'low', 'medium', 'high', 'full'],
      description: 'How much ufw logs. Left alone when it is not given.',
      examples: ['low'],
    },
    rules: {
      type: 'array',
      description:
        'Rules, in the order in which they are to match: the first match decides. Rules that are there keep their place if they can.',
      examples: [[{ allow: '22/tcp' }, { allow: '8080/tcp', from: '10.0.0.0/8' }]],
      items: RULE,
    },
    complete: {
      type: 'boolean',
      default: false,
      description:
        '`true`: the listed rules are the whole set, in this order; every other rule is removed. `false`: other rules are left alone.',
      examples: [true],
    },
  },
};
