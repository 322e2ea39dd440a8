import type { StepKind } from '../../engine/step-kind.ts';
import { compare } from './compare.ts';
import { schema, type UfwArgs } from './schema.ts';

export const ufw: StepKind<UfwArgs> = {
  name: 'ufw',
  summary: "The host's firewall: rules, policies and whether it is on, with ufw.",
  description: `Rules are compared with ufw's own files, IPv4 and IPv6 apart, also while ufw is off. With
\`state: enabled\` it is also proven that the kernel holds what the files say: after \`iptables -F\`, or when ufw was
stopped by hand, the step reports \`running\` and loads the firewall again.

Rules match in order, and the first match decides. Listed rules get the listed order among themselves; those that are
there keep their place if they can. With \`complete: true\` the list is the whole set and everything else is removed,
rules made from application profiles included; without it, other rules are left alone. A rule that differs only in
its action, its logging or its comment from one that is there replaces it in its place. Policies, logging and state
are left alone when they are not given.

**Nobody is locked out** (unless \`--no-guard\`). Before anything changes that leaves ufw on, it is proven from the final
list that a new SSH connection from this controller (as the host sees it: \`SSH_CONNECTION\`) to the port in use is let in;
else the step fails, in the dry run already, and says which rule is missing. All rules change in one go: there is no moment
in which one is missing. Only \`ufw\`'s own restart, when a policy changes or the firewall is loaded anew, leaves the host open
for some hundred milliseconds, as \`ufw reload\` does.

Not managed: \`before.rules\`, \`after.rules\`, application profiles, and whether \`ufw.service\` is enabled at boot (see
the step \`service\`).`,
  schema,
  examples: [
    {
      title: 'SSH for all, one port for a network, nothing else',
      args: {
        state: 'enabled',
        incoming: 'deny',
        rules: [{ allow: '22/tcp' }, { allow: '8080/tcp', from: '10.0.0.0/8' }],
      },
    },
    {
      title: 'The whole set, in this order',
      args: {
        state: 'enabled',
        incoming: 'reject',
        outgoing: 'allow',
        logging: 'low',
        complete: true,
        rules: [
          { deny: 'any', from: '10.66.0.0/16', comment: 'guests' },
          { limit: '22/tcp' },
          { allow: '80,443/tcp' },
          { allow: '8000:8010/tcp', interface: 'eth1' },
          { allow: 53, direction: 'out', to: '10.0.0.53' },
        ],
      },
    },
    { title: 'Off', args: { state: 'disabled' } },
  ],
  requires: 'ufw (0.35 or newer), and root',
  compare,
};
