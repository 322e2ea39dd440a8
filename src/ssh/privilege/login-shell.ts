import type { ConnectionFailure } from '../errors.ts';
import { quoted } from './refusal.ts';

/**
 * Why the login user's own shell ended by itself.
 *
 * @param answered whether it ever ran a script.
 */
export function explainOwnEnd(
  user: string,
  said: string,
  code: number | undefined,
  answered: boolean,
): ConnectionFailure {
  if (code === undefined) return { kind: 'lost', message: `the connection broke${quoted(said)}` };
  if (answered)
    return { kind: 'lost', message: `the shell on the host ended with status ${code}${quoted(said)}` };
  if (/restricted/i.test(said)) {
    return {
      kind: 'protocol',
      message: `the login shell of "${user}" is restricted: it starts no /bin/sh${quoted(said)}`,
      hint: 'give it a full shell (usermod --shell /bin/bash), or log in as another user',
    };
  }
  if (code === 126 || code === 127) {
    return { kind: 'protocol', message: `the host has no usable /bin/sh${quoted(said)}` };
  }
  return {
    kind: 'protocol',
    message: `"${user}" can log in there, but its login shell runs no commands: it ended with status ${code}${quoted(said)}`,
    hint: `is its shell nologin or /bin/false (getent passwd ${user}), or does sshd force a command (ForceCommand, command= in authorized_keys)? Give it a shell, or log in as another user`,
  };
}
