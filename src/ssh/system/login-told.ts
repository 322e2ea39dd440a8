import type { LoginStep } from '../transport.ts';

const METHODS: readonly string[] = [
  'publickey',
  'password',
  'keyboard-interactive',
  'gssapi-with-mic',
  'hostbased',
] satisfies readonly LoginStep['method'][];

/**
 * By what the host has let us in, from what ssh says of its login (DEBUG1).
 *
 * @returns undefined where it does not tell all of it, as before OpenSSH 8.6.
 */
export function loggedInBy(said: string): readonly LoginStep[] | undefined {
  const last = [...said.matchAll(/^Authenticated to .* using "([^"]+)"/gm)].at(-1)?.[1];
  if (last === undefined || /^(?:debug1: )?Authenticated with partial success/m.test(said)) return undefined;
  const before = [...said.matchAll(/^Authenticated using "([^"]+)" with partial success/gm)].map(
    ([, method]) => method!,
  );
  const methods = [...before, last];
  return methods.every(isMethod) ? methods.map((method) => ({ method })) : undefined;
}

function isMethod(text: string): text is LoginStep['method'] {
  return METHODS.includes(text);
}

/** As whom ssh logs in, from what it says of that; undefined where it does not tell. */
export function loggedInAs(said: string): string | undefined {
  return [...said.matchAll(/^debug1: Authenticating to .* as '(.*)'\r?$/gm)].at(-1)?.[1];
}
