import type { BecomeMethod } from '../../src/inventory/become-methods.ts';
import { Secret } from '../../src/secrets/secret.ts';
import type { ConnectTarget } from '../../src/ssh/connect.ts';
import { HostSession } from '../../src/ssh/host-session.ts';
import { BecomePassword } from '../../src/ssh/privilege/password.ts';
import { Targets } from '../../src/ssh/target.ts';
import type { Lab, LabHost } from '../lab/index.ts';

export interface LoginOptions {
  /** Default ops. */
  readonly user?: string;
  /** Default sudo. */
  readonly method?: BecomeMethod;
  readonly password?: string;
}

/** How to reach a lab host with the lab's key. */
export function labTarget(lab: Lab, host: LabHost, options: LoginOptions = {}): ConnectTarget {
  const { user = 'ops', method = 'sudo', password } = options;
  const targets = new Targets({
    privateKeys: [lab.privateKey],
    knownHosts: lab.knownHosts,
    hostKeyPolicy: 'strict',
    timeout: 20_000,
  });
  const result = targets.target({ address: host.address, port: host.port, kind: 'ssh', proxyJump: [] }, user);
  if (!result.ok) throw new Error(result.message);
  const become = {
    method,
    ...(password === undefined ? {} : { password: new BecomePassword(new Secret(password)) }),
  };
  return { ...result.target, become };
}

export function openSession(lab: Lab, host: LabHost, options: LoginOptions = {}): Promise<HostSession> {
  return HostSession.open(labTarget(lab, host, options));
}
