import { actingUser, becomeMethod, type HostProgram } from '../engine/host-program.ts';
import type { BecomeMethod } from '../inventory/become-methods.ts';
import type { Connection } from '../inventory/connection.ts';
import type { Secret } from '../secrets/secret.ts';
import { type Become, DEFAULT_BECOME } from '../ssh/privilege/become.ts';
import { BecomePassword } from '../ssh/privilege/password.ts';

/**
 * How each host's users are become, where it is not by sudo without a password.
 *
 * @param asked the password of the command line: it wins over those of the inventory.
 */
export function becomeOf(
  programs: readonly HostProgram[],
  connections: ReadonlyMap<string, Connection>,
  asked: Secret | undefined,
): ReadonlyMap<string, Become> {
  const found = new Map<string, Become>();
  for (const program of programs) {
    const secret = asked ?? connections.get(program.host)?.becomePassword;
    const methods = methodsByUser(program);
    const { method = DEFAULT_BECOME.method } = program.become;
    if (secret === undefined && methods.size === 0 && method === DEFAULT_BECOME.method) continue;
    found.set(program.host, {
      method,
      ...(methods.size === 0 ? {} : { methods }),
      ...(secret === undefined ? {} : { password: new BecomePassword(secret) }),
    });
  }
  return found;
}

/** Only what steps say of their own. */
function methodsByUser(program: HostProgram): ReadonlyMap<string, BecomeMethod> {
  const steps = program.sections.flatMap(({ steps }) =>
    steps.filter((step) => step.becomeMethod !== undefined),
  );
  return new Map(steps.map((step) => [actingUser(program, step), becomeMethod(program, step)]));
}
