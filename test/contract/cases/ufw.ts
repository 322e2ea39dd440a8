import type { ContractCase } from '../case.ts';

/** Not the whole of busybox: it has no ufw, and is told so before anything is touched. */
const refusedOn = { busybox: /this host has no ufw/ } as const;

const BASIC = {
  state: 'enabled',
  incoming: 'deny',
  rules: [{ allow: '22/tcp' }, { allow: '8080/tcp', from: '10.0.0.0/8' }],
};

/** Every kind of rule, as the playbook and as ufw's own command line have it. */
const RULES = [
  { allow: '22/tcp' },
  { limit: 2222, comment: 'Grün & "fast" $HOME' },
  { allow: '8080/tcp', from: '10.0.0.0/8' },
  { allow: '8000:8010/tcp' },
  { reject: '443,80/tcp', log: 'all' },
  { deny: 53, from: 'fd00::1', interface: 'eth0' },
  { allow: '25/tcp', to: '10.1.2.3', direction: 'routed', interface: 'eth0', out_interface: 'eth1' },
  { allow: 53, direction: 'out', log: 'new' },
  { deny: 'any', from: '192.168.1.0/24' },
  { allow: 'any', proto: 'esp', from: '10.9.9.9' },
  { allow: 'any', interface: 'eth1' },
];
const COMMANDS = `ufw allow 22/tcp
ufw limit 2222 comment 'Grün & "fast" $HOME'
ufw allow from 10.0.0.0/8 to any port 8080 proto tcp
ufw allow 8000:8010/tcp
ufw reject log-all 443,80/tcp
ufw deny in on eth0 from fd00::1 to any port 53
ufw route allow in on eth0 out on eth1 to 10.1.2.3 port 25 proto tcp
ufw allow out log 53
ufw deny from 192.168.1.7/24
ufw allow from 10.9.9.9 proto esp
ufw allow in on eth1
`;
const EVERYTHING = { state: 'enabled', complete: true, rules: RULES };

/** The rules as ufw lists them, without their numbers. */
const STATUS = "ufw status | grep -E 'ALLOW|DENY|REJECT|LIMIT' | tr -s ' ' | sed 's/ $//'";

export const cases: readonly ContractCase[] = [
  {
    title: 'fresh',
    steps: [{ ufw: BASIC }],
    refusedOn,
    expectChanges: 3,
    after: `ufw status verbose | grep -q 'Default: deny (incoming)'
[ "$(${STATUS})" = '22/tcp ALLOW Anywhere
8080/tcp ALLOW 10.0.0.0/8
22/tcp (v6) ALLOW Anywhere (v6)' ]`,
  },
  {
    title: 'done already, by ufw itself',
    prepare: 'ufw allow 22/tcp; ufw allow from 10.0.0.0/8 to any port 8080 proto tcp; ufw --force enable',
    steps: [{ ufw: BASIC }],
    only: ['bullseye', 'bookworm', 'trixie'],
    expectChanges: 0,
  },
  {
    title: 'every kind of rule, as ufw itself writes it',
    prepare: `${COMMANDS}cp /etc/ufw/user.rules /etc/ufw/user6.rules /root; ufw --force reset >/dev/null; rm -f /etc/ufw/*.rules.2*`,
    steps: [{ ufw: EVERYTHING }],
    only: ['bullseye', 'bookworm', 'trixie'],
    after: 'cmp /root/user.rules /etc/ufw/user.rules; cmp /root/user6.rules /etc/ufw/user6.rules',
  },
  {
    title: 'every kind of rule, done already',
    prepare: `${COMMANDS}ufw --force enable`,
    steps: [{ ufw: EVERYTHING }],
    only: ['bullseye', 'bookworm', 'trixie'],
    expectChanges: 0,
  },
  {
    title: 'off, with some of the rules waiting, one for IPv4 only',
    prepare: 'ufw allow 22/tcp; ufw delete allow from ::/0 to any port 22 proto tcp; ufw deny 23',
    steps: [{ ufw: BASIC }],
    only: ['bullseye', 'bookworm', 'trixie'],
    expectChanges: 3,
    after: `${STATUS} | grep -q '^23 DENY'`,
  },
  {
    title: 'the whole set: strays go, the order is right',
    prepare: `ufw deny 22/tcp; ufw allow OpenSSH; ufw allow 9/udp comment old; ufw allow 80/tcp; ufw allow from ::1
ufw route allow in on eth0`,
    steps: [
      {
        ufw: {
          state: 'enabled',
          complete: true,
          rules: [{ allow: '80/tcp' }, { allow: '9/udp', comment: 'new' }, { allow: '22/tcp' }],
        },
      },
    ],
    only: ['bullseye', 'bookworm', 'trixie'],
    after: `[ "$(${STATUS})" = '80/tcp ALLOW Anywhere
9/udp ALLOW Anywhere # new
22/tcp ALLOW Anywhere
80/tcp (v6) ALLOW Anywhere (v6)
9/udp (v6) ALLOW Anywhere (v6) # new
22/tcp (v6) ALLOW Anywhere (v6)' ]`,
  },
  {
    title: 'the order changes while it is on',
    prepare: 'ufw allow 22/tcp; ufw deny 80/tcp; ufw allow 443/tcp; ufw --force enable',
    steps: [
      { ufw: { complete: true, rules: [{ allow: '443/tcp' }, { allow: '22/tcp' }, { deny: '80/tcp' }] } },
    ],
    only: ['bullseye', 'bookworm', 'trixie'],
    expectChanges: 1,
    after: `[ "$(iptables -S ufw-user-input | grep -o 'dport.*' | tr '\\n' '/')" = 'dport 443 -j ACCEPT/dport 22 -j ACCEPT/dport 80 -j DROP/' ]
[ "$(ip6tables -S ufw6-user-input | grep -o 'dport.*' | tr '\\n' '/')" = 'dport 443 -j ACCEPT/dport 22 -j ACCEPT/dport 80 -j DROP/' ]`,
  },
  {
    title: 'rules others added stay, whatever comes in between',
    prepare: 'ufw allow 22/tcp; ufw allow OpenSSH; ufw allow 81/tcp; ufw --force enable',
    steps: [{ ufw: { rules: [{ deny: '82/tcp' }, { limit: '81/tcp' }] } }],
    only: ['bullseye', 'bookworm', 'trixie'],
    expectChanges: 2,
    after: `[ "$(${STATUS} | grep -v v6)" = '22/tcp ALLOW Anywhere
OpenSSH ALLOW Anywhere
82/tcp DENY Anywhere
81/tcp LIMIT Anywhere' ]`,
  },
  {
    title: 'flushed past ufw',
    prepare:
      'ufw allow 22/tcp; ufw --force enable; iptables -P INPUT ACCEPT; iptables -F; ip6tables -F ufw6-user-input',
    steps: [{ ufw: { state: 'enabled', rules: [{ allow: '22/tcp' }] } }],
    only: ['bullseye', 'bookworm', 'trixie'],
    expectChanges: 1,
    after: `iptables -S | grep -qx -- '-A INPUT -j ufw-before-input'; iptables -S | grep -qx -- '-P INPUT DROP'
[ "$(iptables -S INPUT | wc -l)" = 7 ]
iptables -S ufw-user-input | grep -q 'dport 22 -j ACCEPT'; ip6tables -S ufw6-user-input | grep -q 'dport 22 -j ACCEPT'`,
  },
  {
    title: 'stopped past ufw',
    prepare: 'ufw allow 22/tcp; ufw --force enable; /lib/ufw/ufw-init force-stop',
    steps: [{ ufw: { state: 'enabled' } }],
    only: ['bullseye', 'bookworm', 'trixie'],
    expectChanges: 1,
    after: "ufw status | grep -q 'Status: active'; iptables -S | grep -qx -- '-P INPUT DROP'",
  },
  {
    title: 'a rule taken out of the kernel',
    prepare: 'ufw allow 22/tcp; ufw deny 23/tcp; ufw --force enable; iptables -D ufw-user-input 2',
    steps: [{ ufw: { state: 'enabled' } }],
    only: ['bullseye', 'bookworm', 'trixie'],
    expectChanges: 1,
    after: "iptables -S ufw-user-input | grep -q 'dport 23 -j DROP'",
  },
  {
    title: 'policies and logging, on',
    prepare: 'ufw allow 22/tcp; ufw --force enable',
    steps: [{ ufw: { incoming: 'reject', outgoing: 'deny', routed: 'allow', logging: 'high' } }],
    only: ['bullseye', 'bookworm', 'trixie'],
    expectChanges: 4,
    after: `ufw status verbose | grep -q 'Logging: on (high)'
ufw status verbose | grep -q 'Default: reject (incoming), deny (outgoing)'
iptables -S | grep -qx -- '-A ufw-reject-input -j REJECT --reject-with icmp-port-unreachable'
iptables -S | grep -qx -- '-P FORWARD ACCEPT'`,
  },
  {
    title: 'policies and logging, off',
    steps: [{ ufw: { state: 'disabled', incoming: 'allow', outgoing: 'reject', logging: 'off' } }],
    refusedOn,
    expectChanges: 3,
    after: `grep -qx LOGLEVEL=off /etc/ufw/ufw.conf; grep -qx 'DEFAULT_INPUT_POLICY="ACCEPT"' /etc/default/ufw
ufw status | grep -q inactive`,
  },
  {
    title: 'disable',
    prepare: 'ufw allow 22/tcp; ufw --force enable',
    steps: [{ ufw: { state: 'disabled', rules: [{ allow: '22/tcp' }] } }],
    only: ['bullseye', 'bookworm', 'trixie'],
    expectChanges: 1,
    after:
      "ufw status | grep -q inactive; iptables -S | grep -qx -- '-P INPUT ACCEPT'; grep -qx ENABLED=no /etc/ufw/ufw.conf",
  },
  {
    title: 'disabled in the file, but still in the kernel',
    prepare: 'ufw allow 22/tcp; ufw --force enable; sed -i s/ENABLED=yes/ENABLED=no/ /etc/ufw/ufw.conf',
    steps: [{ ufw: { state: 'disabled' } }],
    only: ['bullseye', 'bookworm', 'trixie'],
    expectChanges: 1,
    after: "iptables -S | grep -qx -- '-P INPUT ACCEPT'; ! iptables -S ufw-user-input 2>/dev/null",
  },
  {
    title: 'without IPv6',
    prepare: "sed -i 's/^IPV6=.*/IPV6=no/' /etc/default/ufw",
    steps: [{ ufw: BASIC }],
    only: ['bullseye', 'bookworm', 'trixie'],
    expectChanges: 3,
    after: '! grep -q tuple /etc/ufw/user6.rules; ip6tables -S | grep -qx -- "-P INPUT DROP"',
  },
  {
    title: 'an IPv6 rule without IPv6',
    prepare: "sed -i 's/^IPV6=.*/IPV6=no/' /etc/default/ufw",
    steps: [{ ufw: { rules: [{ allow: 22, from: '2001:db8::/32' }] } }],
    only: ['bullseye', 'bookworm', 'trixie'],
    refusedOn: { bullseye: /does not use IPv6/, bookworm: /does not use IPv6/, trixie: /does not use IPv6/ },
  },
  {
    title: 'two steps: the second sees what the first brings',
    steps: [
      { ufw: { rules: [{ allow: '22/tcp' }], incoming: 'reject' } },
      { ufw: { state: 'enabled', rules: [{ allow: '22/tcp' }, { allow: '80/tcp' }] } },
    ],
    refusedOn,
    expectChanges: 4,
  },
  {
    title: 'locked out by enabling',
    steps: [{ ufw: { state: 'enabled', incoming: 'deny', rules: [{ allow: '2222/tcp' }] } }],
    refusedOn: {
      busybox: /this host has no ufw/,
      bullseye: /lock the controller out/,
      bookworm: /lock the controller out/,
      trixie: /lock the controller out/,
    },
  },
  {
    title: 'locked out by an earlier rule that stays',
    prepare: 'ufw deny from 10.0.0.0/8',
    steps: [{ ufw: BASIC }],
    only: ['bullseye', 'bookworm', 'trixie'],
    refusedOn: {
      bullseye: /stopped by the rule "deny from 10/,
      bookworm: /stopped by the rule "deny from 10/,
      trixie: /stopped by the rule "deny from 10/,
    },
  },
  {
    title: 'locked out by removing the rule that let in',
    prepare: 'ufw allow 22/tcp; ufw --force enable',
    steps: [{ ufw: { complete: true, rules: [{ allow: '80/tcp' }] } }],
    only: ['bullseye', 'bookworm', 'trixie'],
    refusedOn: {
      bullseye: /lock the controller out/,
      bookworm: /lock the controller out/,
      trixie: /lock the controller out/,
    },
  },
];
