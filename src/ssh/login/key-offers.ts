import type { ParsedKey } from 'ssh2';
import type { AgentKey } from './agent.ts';
import type { LockedIdentity, Login } from './login.ts';
import type { Sign } from './one-key-agent.ts';

/** A public key that can be offered to a host. */
export interface KeyOffer {
  /** What people know it by. */
  readonly name: string;
  readonly key: ParsedKey;
  /** Where the key itself cannot sign yet: asked for a signature once the host wants this key. */
  readonly sign?: Sign;
}

/**
 * The keys of a login in the order in which they are offered: those of files, which an agent signs for where they are not
 * ready; then what else the agent holds. The agent is asked only when somebody wants to know.
 *
 * OpenSSH offers the agent's other keys before those of files: with a full agent it is refused for its many tries before
 * it comes to the key that was named.
 *
 * @param leaveOut is told of each key that cannot be offered, and why.
 */
export async function* keyOffers(
  login: Login,
  leaveOut: (reason: string) => void,
): AsyncGenerator<KeyOffer, void> {
  const { agent, identities } = login;
  const offered = new Set<string>();
  for (const identity of identities) {
    const offer =
      identity.kind === 'ready'
        ? { name: identity.name, key: identity.key }
        : ((await heldByAgent(login, identity.publicKey)) ?? unlocking(identity, leaveOut));
    if (offer === undefined || offered.has(idOf(offer.key))) continue;
    offered.add(idOf(offer.key));
    yield { ...offer, name: identity.name };
  }
  if (agent === undefined || login.identitiesOnly === true) return;
  for (const held of (await agent.content()).keys) {
    if (offered.has(idOf(held.key))) continue;
    offered.add(idOf(held.key));
    yield agentOffer(agent, held);
  }
}

async function heldByAgent(
  { agent }: Login,
  publicKey: ParsedKey | undefined,
): Promise<KeyOffer | undefined> {
  if (agent === undefined || publicKey === undefined) return undefined;
  const { keys } = await agent.content();
  const held = keys.find(({ key }) => idOf(key) === idOf(publicKey));
  return held === undefined ? undefined : agentOffer(agent, held);
}

function agentOffer(agent: NonNullable<Login['agent']>, { key, comment }: AgentKey): KeyOffer {
  return { name: `${comment} (agent)`, key, sign: (data, hash) => agent.sign(key, data, hash) };
}

/** A key behind a passphrase is made ready when a host wants it; where its file hides even its public half, at once. */
function unlocking(
  { name, publicKey, file }: LockedIdentity,
  leaveOut: (reason: string) => void,
): KeyOffer | undefined {
  if (file?.hasPassphrase !== true) {
    leaveOut(
      file === undefined ? `the agent does not hold ${name}` : `the passphrase of ${name} is not known`,
    );
    return undefined;
  }
  if (publicKey !== undefined) {
    return { name, key: publicKey, sign: async (data, hash) => signature(file.key(), data, hash) };
  }
  try {
    return { name, key: file.key() };
  } catch (error) {
    leaveOut(`${name}: ${(error as Error).message}`);
    return undefined;
  }
}

function signature(key: ParsedKey, data: Buffer, hash: string | undefined): Buffer {
  const signed = key.sign(data, hash) as Buffer | Error;
  if (signed instanceof Error) throw signed;
  return signed;
}

function idOf(key: ParsedKey): string {
  return key.getPublicSSH().toString('base64');
}
