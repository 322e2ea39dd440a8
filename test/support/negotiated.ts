import { Client, type NegotiatedAlgorithms } from 'ssh2';
import { vi } from 'vitest';
import { type ConnectTarget, connect } from '../../src/ssh/connect.ts';

/** Connects as a run does. @returns what both sides have agreed upon. */
export async function negotiatedWith(target: ConnectTarget): Promise<NegotiatedAlgorithms> {
  const emit = vi.spyOn(Client.prototype, 'emit');
  try {
    const transport = await connect(target);
    await transport.close();
    const told = emit.mock.calls.find(([name]) => (name as string) === 'handshake');
    if (told === undefined) throw new Error('ssh2 told of no handshake');
    return told[1] as NegotiatedAlgorithms;
  } finally {
    emit.mockRestore();
  }
}
