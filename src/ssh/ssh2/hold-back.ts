import type { Client, ClientChannel } from 'ssh2';
import { internalsOf, windowOf } from './ssh2-internals.ts';

/** Bytes that are let go at a time: four full packets. The host grants by what it has taken, and ssh2 would send the rest of that as a packet. */
const STEP = 128 * 1024;

/**
 * Leaves a part of the window that the host has granted to a channel unused, so that no more than so many bytes are under way.
 * What a process on the host has not taken yet its SSH server keeps: OpenSSH's copies megabytes that wait there again and again.
 *
 * To be called while nothing is under way.
 *
 * @param bytes that may be under way.
 * @returns gives that part back: there are servers that grant more only when half of the window is used up (RFC 4254, section
 * 5.2, leaves that to them). Undefined when the window is no larger, or ssh2 is not found as expected.
 */
export function holdBack(client: Client, channel: ClientChannel, bytes: number): (() => void) | undefined {
  const protocol = internalsOf(client)._protocol;
  const handlers = protocol?._handlers;
  const { incoming, outgoing } = windowOf(channel);
  if (handlers === undefined || incoming?.id === undefined || outgoing?.window === undefined)
    return undefined;
  const grant = handlers.CHANNEL_WINDOW_ADJUST;
  if (grant === undefined) return undefined;
  // ssh2 cuts packets by the window: from a part of a byte on they would lack bytes.
  const allowed = Math.ceil(bytes / STEP) * STEP;
  let held = outgoing.window - allowed;
  if (!(held > 0)) return undefined;
  const { id } = incoming;
  outgoing.window = allowed;
  let rest = 0;
  handlers.CHANNEL_WINDOW_ADJUST = (self, recipient, amount) => {
    if (recipient !== id || held === 0) return grant(self, recipient, amount);
    rest += amount;
    const granted = rest - (rest % STEP);
    rest -= granted;
    if (granted > 0) grant(self, recipient, granted);
  };
  return () => {
    const all = held + rest;
    [held, rest] = [0, 0];
    grant(protocol, id, all);
  };
}
