import { randomFillSync } from 'node:crypto';
import type { Client } from 'ssh2';
import { internalsOf, type PacketAlloc } from './ssh2-internals.ts';

/** Bytes before the payload. */
const HEAD = 5;
/** Payloads below this many bytes come out of Node's own pool. */
const LEAST = 4096;
/** Holds the largest packet that OpenSSH takes, of 32 KiB of data. */
const SLAB = 33 * 1024;
/** Slabs that are kept for all connections together when nobody uses them: 4 MiB. */
const MOST_SPARE = 128;
/** Payload lengths whose form is remembered for a cipher: nearly all packets of a file are full. */
const MOST_FORMS = 32;

const spare: Buffer[] = [];

/**
 * Lets the large packets of a connection use the same memory again once the system has taken them. ssh2 makes a buffer
 * for each packet, and V8 answers every few megabytes of new buffers with a collection of everything: for eight uploads
 * at once that was half of the controller's work.
 *
 * @param client on its way to connect, before the first key exchange.
 * @returns whether ssh2 was found as expected; else nothing is changed.
 */
export function reusePacketMemory(client: Client): boolean {
  const { _protocol: protocol, _sock: socket } = internalsOf(client);
  if (protocol?._packetRW?.write?.alloc === undefined || socket === undefined) return false;
  const slabs = new WeakMap<Buffer, Buffer>();
  client.on('handshake', () => {
    const writer = protocol._packetRW?.write;
    const alloc = writer?.alloc?.bind(writer);
    if (writer === undefined || alloc === undefined || !encryptsInPlace(protocol._cipher)) return;
    const take = formedAlloc(alloc, slabs);
    writer.alloc = (payload, force) =>
      payload < LEAST || protocol._kexinit !== undefined ? alloc(payload, force) : take(payload);
  });
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  socket.write = (data: Buffer, ...rest: unknown[]) => {
    const slab = slabs.get(data);
    if (slab === undefined || rest.length > 0) return write(data, ...rest);
    slabs.delete(data);
    return write(data, () => {
      if (spare.length < MOST_SPARE) spare.push(slab);
    });
  };
  return true;
}

/** Only ssh2's native part does; without it other buffers are handed on than the ones that were given. */
function encryptsInPlace(cipher: object | undefined): boolean {
  return /CipherBinding$/.test(cipher?.constructor.name ?? '');
}

/** Makes packets like the ones that `alloc` makes for one cipher: of one payload length only the padding differs. */
function formedAlloc(alloc: PacketAlloc, slabs: WeakMap<Buffer, Buffer>): PacketAlloc {
  const forms = new Map<number, { readonly length: number; readonly head: Buffer }>();
  return (payload) => {
    const form = forms.get(payload);
    if (form === undefined) {
      const packet = alloc(payload);
      if (forms.size < MOST_FORMS && packet.length <= SLAB) {
        forms.set(payload, { length: packet.length, head: Buffer.from(packet.subarray(0, HEAD)) });
      }
      return packet;
    }
    const slab = spare.pop() ?? Buffer.allocUnsafeSlow(SLAB);
    const packet = slab.subarray(0, form.length);
    packet.set(form.head);
    randomFillSync(packet, HEAD + payload);
    slabs.set(packet, slab);
    return packet;
  };
}
