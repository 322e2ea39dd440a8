import { LabError } from './errors.ts';
import { withLock } from './lock.ts';
import * as names from './names.ts';
import { must, run } from './run.ts';

interface Link {
  readonly ifname: string;
  readonly ifalias?: string;
}

interface BridgePort {
  readonly ifname: string;
  readonly state: string;
}

const SLOT_LOCK = '/run/provision-lab/slots.lock';
/** See enum in linux/if_bridge.h: a disabled port drops every frame, both ways, and says nothing. */
const PORT_DISABLED = '0';
const PORT_FORWARDING = '3';

/** The lab's slot, told by the bridge that carries its name; undefined when it has none. */
export async function findSlot(lab: string): Promise<number | undefined> {
  for (const link of await links()) {
    const slot = /^plab([0-9]+)$/.exec(link.ifname)?.[1];
    if (slot !== undefined && link.ifalias === names.bridgeAlias(lab)) return Number(slot);
  }
  return undefined;
}

/** Makes the lab's bridge, with this machine's address on it, in the first slot that is free. */
export async function ensureBridge(lab: string): Promise<number> {
  return withLock(SLOT_LOCK, async () => {
    const found = await findSlot(lab);
    if (found !== undefined) return found;
    const taken = new Set((await links()).map((link) => link.ifname));
    const routes = await must(['ip', '-4', 'route', 'show', 'table', 'all']);
    for (let slot = 0; slot < names.MAX_SLOTS; slot += 1) {
      const bridge = names.bridgeName(slot);
      const address = names.controllerAddress(slot);
      if (taken.has(bridge) || routes.includes(address.replace(/1$/, ''))) continue;
      await ip([
        // Without an address of its own a bridge takes a port's, and changes it when a host is reset: the other
        // hosts would go on answering to the old one for a minute.
        `link add name ${bridge} address ${names.bridgeMac(slot)} type bridge`,
        `link set dev ${bridge} alias ${names.bridgeAlias(lab)}`,
        `address add ${address}/24 dev ${bridge}`,
        `link set dev ${bridge} up`,
      ]);
      return slot;
    }
    throw new LabError(`all ${names.MAX_SLOTS} networks for labs are taken`);
  });
}

/** The commands of ip(8) that wire a host, one to a line. */
export interface Wiring {
  /** Each may fail: what it removes may be gone. */
  readonly remove: readonly string[];
  readonly create: readonly string[];
  /** To be run inside the host's namespace. */
  readonly inside: readonly string[];
}

/** A cable from the bridge into a network namespace that is the host's own. */
export function wiringOf(lab: string, slot: number, host: string, index: number): Wiring {
  const namespace = names.namespaceName(lab, host);
  const bridge = names.bridgeName(slot);
  const cable = names.cableName(slot, index);
  const address = names.hostAddress(slot, index);
  const mac = names.hostMac(slot, index);
  return {
    remove: [`link delete dev ${cable}`, `netns delete ${namespace}`],
    create: [
      `netns add ${namespace}`,
      `link add ${cable} type veth peer name host0 address ${mac} netns ${namespace}`,
      `link set dev ${cable} master ${bridge} up`,
      // Kept by hand, so that a host which is cut off is silent instead of "no route to host".
      `neighbour replace ${address} lladdr ${mac} dev ${bridge} nud permanent`,
    ],
    inside: ['link set dev lo up', `address add ${address}/24 dev host0`, 'link set dev host0 up'],
  };
}

/** Gives a host a new, empty network namespace on the bridge: no firewall rule of an earlier life is left. */
export async function plugIn(lab: string, slot: number, host: string, index: number): Promise<void> {
  const { create, inside } = wiringOf(lab, slot, host, index);
  await unplug(lab, slot, host, index);
  await ip(create);
  await ip(inside, ['-netns', names.namespaceName(lab, host)]);
}

/** Removes a host's cable and namespace; both may be gone already. */
export async function unplug(lab: string, slot: number, host: string, index: number): Promise<void> {
  for (const line of wiringOf(lab, slot, host, index).remove) await run(['ip', ...line.split(' ')]);
}

/** Removes every cable, namespace and bridge that carries the lab's name, also those nobody remembers. */
export async function removeNetwork(lab: string): Promise<void> {
  const prefix = names.namespaceName(lab, '');
  const namespaces = (await must(['ip', 'netns', 'list'])).split('\n').map((line) => line.split(' ')[0]!);
  const slot = await findSlot(lab);
  if (slot !== undefined) {
    const cable = new RegExp(`^${names.cableName(slot, 0).replace(/0$/, '')}[0-9]+$`);
    for (const link of await links()) {
      if (cable.test(link.ifname)) await run(['ip', 'link', 'delete', 'dev', link.ifname]);
    }
    await run(['ip', 'link', 'delete', 'dev', names.bridgeName(slot)]);
  }
  for (const name of namespaces.filter((found) => found.startsWith(prefix)))
    await run(['ip', 'netns', 'delete', name]);
}

/** Drops (or lets through again) every packet of a host, to it and from it: silence, never a reset. */
export async function setCut(slot: number, index: number, cut: boolean): Promise<void> {
  const state = cut ? PORT_DISABLED : PORT_FORWARDING;
  await must(['bridge', 'link', 'set', 'dev', names.cableName(slot, index), 'state', state]);
}

/** How each of the bridge's cables stands; a cable that does not exist is not in the answer. */
export async function portStates(slot: number): Promise<ReadonlyMap<string, 'connected' | 'cut'>> {
  const ports = JSON.parse(await must(['bridge', '-json', 'link', 'show'])) as readonly BridgePort[];
  const ours = ports.filter((port) => port.ifname.startsWith(`${names.bridgeName(slot)}h`));
  return new Map(ours.map((port) => [port.ifname, port.state === 'disabled' ? 'cut' : 'connected']));
}

async function links(): Promise<readonly Link[]> {
  return JSON.parse(await must(['ip', '-json', 'link', 'show'])) as readonly Link[];
}

/** Runs several commands of ip(8) in one process. */
async function ip(lines: readonly string[], options: readonly string[] = []): Promise<void> {
  await must(['ip', ...options, '-batch', '-'], { stdin: `${lines.join('\n')}\n` });
}
