import type { ConnectionFailure } from '../errors.ts';
import { quoted } from './refusal.ts';

/**
 * Why a shell ended by itself, where no program for becoming another user is to blame.
 *
 * @param user who logs in.
 * @param code exit status; servers do not always tell it, and there is none when a signal ended the shell.
 * @param answered whether it ever ran a script.
 */
export function explainOwnEnd(
  user: string,
  said: string,
  code: number | undefined,
  answered: boolean,
): ConnectionFailure {
  const ended = code === undefined ? 'ended' : `ended with status ${code}`;
  if (answered) return { kind: 'lost', message: `the shell on the host ${ended}${quoted(said)}` };
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
    message: `"${user}" can log in there, but its login shell runs no commands: it ${ended}${quoted(said)}`,
    hint: `is its shell nologin or /bin/false (getent passwd ${user}), or does sshd force a command (ForceCommand, command= in authorized_keys)? Give it a shell, or log in as another user`,
  };
}
