/** What the kernel holds, against what ufw's files ask for. */
export type UfwRunning =
  | { readonly state: 'yes' }
  | { readonly state: 'no' }
  /** Loaded, but not as configured: somebody flushed or changed the rules past ufw. */
  | { readonly state: 'broken'; readonly reason: string };

export interface ExpectedPolicies {
  readonly INPUT: string;
  readonly OUTPUT: string;
  readonly FORWARD: string;
}

/** One address family: the rule file, and what `iptables -S` (or `ip6tables -S`) listed. */
export interface LoadedFamily {
  /** The text of user.rules or user6.rules. */
  readonly file: string;
  /** `undefined` when the kernel has no such tables, or the tool failed. */
  readonly listing: string | undefined;
}

const CHAINS = ['INPUT', 'OUTPUT', 'FORWARD'] as const;
/** The chains that ufw hooks into each built-in chain. */
const STAGES = ['before-logging', 'before', 'after', 'after-logging', 'reject', 'track'] as const;

/**
 * Compares the kernel's rules with ufw's files: every hook of ufw in its place, the policies, and as many rules
 * in each of the user's chains as the file has. (The rules themselves are not compared word by word: iptables
 * lists them differently from how they were given.)
 */
export function runningState(
  v4: LoadedFamily,
  v6: LoadedFamily & { readonly inUse: boolean },
  policies: ExpectedPolicies,
): UfwRunning {
  const loaded = [
    [v4.listing, 'ufw'],
    [v6.listing, 'ufw6'],
  ].some(([listing, prefix]) => lines(listing).has(`-N ${prefix}-user-input`));
  if (!loaded) return { state: 'no' };
  if (v4.listing === undefined) return { state: 'broken', reason: 'iptables does not answer' };
  const reason =
    familyProblem(v4.file, v4.listing, 'ufw', policies) ??
    (v6.listing === undefined ? undefined : sixProblem(v6.file, v6.listing, v6.inUse, policies));
  return reason === undefined ? { state: 'yes' } : { state: 'broken', reason };
}

function sixProblem(
  file: string,
  listing: string,
  inUse: boolean,
  policies: ExpectedPolicies,
): string | undefined {
  if (inUse) return familyProblem(file, listing, 'ufw6', policies);
  // With IPV6=no ufw shuts IPv6 off but for loopback.
  const open = CHAINS.find((chain) => !lines(listing).has(`-P ${chain} DROP`));
  return open === undefined
    ? undefined
    : `IPv6 is off in /etc/default/ufw, but the policy of ${open} is not DROP`;
}

function familyProblem(
  file: string,
  listing: string,
  prefix: 'ufw' | 'ufw6',
  policies: ExpectedPolicies,
): string | undefined {
  const live = lines(listing);
  const ip = prefix === 'ufw' ? 'IPv4' : 'IPv6';
  for (const chain of CHAINS) {
    const lower = chain.toLowerCase();
    const policy = policies[chain] === 'ACCEPT' ? 'ACCEPT' : 'DROP';
    if (!live.has(`-P ${chain} ${policy}`)) return `the policy of ${chain} (${ip}) is not ${policy}`;
    for (const stage of STAGES) {
      const name = `${prefix}-${stage}-${lower}`;
      if (!live.has(`-A ${chain} -j ${name}`)) return `${chain} (${ip}) does not lead to ${name}`;
    }
    const user = `${prefix}-user-${lower}`;
    if (!live.has(`-A ${prefix}-before-${lower} -j ${user}`))
      return `${prefix}-before-${lower} does not lead to ${user}`;
    const rejects = countRules(listing, `${prefix}-reject-${lower}`);
    if (rejects !== (policies[chain] === 'REJECT' ? 1 : 0))
      return `${prefix}-reject-${lower} has ${rejects} rules`;
    const [wanted, found] = [countRules(file, user), countRules(listing, user)];
    if (wanted !== found) return `${user} has ${found} rules, not the ${wanted} of the rule file`;
  }
  return undefined;
}

function countRules(text: string, chain: string): number {
  const start = `-A ${chain} `;
  return text.split('\n').filter((line) => line.startsWith(start)).length;
}

function lines(listing: string | undefined): ReadonlySet<string> {
  return new Set((listing ?? '').split('\n').map((line) => line.trimEnd()));
}
