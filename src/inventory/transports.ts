/** What can speak SSH for us: the library that is part of this program, or the ssh of the system. */
export const TRANSPORTS = ['ssh2', 'openssh'] as const;
export type TransportName = (typeof TRANSPORTS)[number];
