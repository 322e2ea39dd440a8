import type { Client } from 'ssh2';
import { cutText } from '../../secrets/cut-text.ts';
import { internalsOf } from '../ssh2/ssh2-internals.ts';

/** What a host has said to the last try. */
export interface Answer {
  /** What it accepts; null before it has said so. */
  methods: readonly string[] | null;
  /** It was content with the last try, and wants more. */
  partial: boolean;
}

/**
 * Notes a host's answers. ssh2 tells them to those who choose the next method, but not after an agent's key: then it tells
 * the answer before that one.
 *
 * @returns undefined when ssh2 was not found as expected.
 */
export function watchAnswers(client: Client): Answer | undefined {
  const handlers = internalsOf(client)._protocol?._handlers;
  const handle = handlers?.USERAUTH_FAILURE;
  if (handlers === undefined || handle === undefined) return undefined;
  const answer: Answer = { methods: null, partial: false };
  handlers.USERAUTH_FAILURE = (protocol, methods, partial) => {
    answer.methods = methods;
    answer.partial = partial;
    handle(protocol, methods, partial);
  };
  return answer;
}

/** The lines that a server sent in place of its version, such as sshd's "Not allowed at this time". */
export function saidBeforeVersion(client: Client): string | undefined {
  const buffered = internalsOf(client)._protocol?._buffer;
  if (!Buffer.isBuffer(buffered)) return undefined;
  const text = buffered
    .toString('latin1')
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim();
  return text === '' ? undefined : cutText(text, 200);
}
