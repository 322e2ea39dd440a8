import { connect } from 'node:net';
import ssh2, { type ParsedKey } from 'ssh2';
import { parseKey } from '../parse-key.ts';

/** A key that an agent holds. */
export interface AgentKey {
  readonly key: ParsedKey;
  /** What its owner called it, often the path of its file. */
  readonly comment: string;
}

export interface AgentContent {
  readonly keys: readonly AgentKey[];
  /** Keys that cannot be offered from here, by type and comment: FIDO keys and certificates. */
  readonly unusable: readonly string[];
  /** Why the agent could not be asked. */
  readonly problem?: string;
}

/** Milliseconds. An agent is a process of this machine: one that takes longer hangs. */
const PATIENCE = 5_000;
/** Of the agent protocol (draft-miller-ssh-agent, section 5.1). */
const [REQUEST_IDENTITIES, IDENTITIES_ANSWER] = [11, 12];
/** Bytes: what ssh-agent answers at most. */
const MOST = 256 * 1024;

/** An SSH agent. What it holds is asked once for the whole run, when some host wants to know. */
export class Agent {
  readonly socket: string;
  #content: Promise<AgentContent> | undefined;

  /** @param socket path of its socket, as in SSH_AUTH_SOCK. */
  constructor(socket: string) {
    this.socket = socket;
  }

  /** Never rejects: an agent that cannot be asked holds nothing, with the reason. */
  content(): Promise<AgentContent> {
    this.#content ??= ask(this.socket, REQUEST_IDENTITIES)
      .then(read)
      .catch(
        (error: Error): AgentContent => ({
          keys: [],
          unusable: [],
          problem: `the agent at ${this.socket} cannot be asked: ${error.message}`,
        }),
      );
    return this.#content;
  }

  /**
   * Has the agent sign, which may wait for a person (`ssh-add -c`).
   *
   * @param hash of RSA keys: what they sign a hash of, `sha256` or `sha512`.
   */
  sign(key: ParsedKey, data: Buffer, hash?: 'sha256' | 'sha512'): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const options = hash === undefined ? {} : { hash };
      ssh2.createAgent(this.socket).sign(key, data, options, (error, signature) => {
        if (signature !== undefined) resolve(signature);
        else reject(error ?? new Error('it gave no signature'));
      });
    });
  }
}

/** Sends a request that has no content, and gives the answer without its length. */
function ask(path: string, request: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const parts: Buffer[] = [];
    const end = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(PATIENCE, () => end(new Error(`no answer within ${PATIENCE / 1000} s`)));
    socket.once('error', end).once('close', () => end(new Error('it ended the connection')));
    socket.on('data', (part: Buffer) => {
      parts.push(part);
      const all = Buffer.concat(parts);
      const length = all.length < 4 ? Number.POSITIVE_INFINITY : all.readUInt32BE(0);
      if (length !== Number.POSITIVE_INFINITY && length > MOST) return end(new Error('it is no SSH agent'));
      if (all.length - 4 < length) return;
      socket.destroy();
      resolve(all.subarray(4, 4 + length));
    });
    socket.write(Buffer.from([0, 0, 0, 1, request]));
  });
}

function read(answer: Buffer): AgentContent {
  if (answer[0] !== IDENTITIES_ANSWER) throw new Error('it refuses to say which keys it holds');
  const keys: AgentKey[] = [];
  const unusable: string[] = [];
  let at = 5;
  const next = (): Buffer => {
    const start = at + 4;
    at = start + answer.readUInt32BE(at);
    if (at > answer.length) throw new Error('its answer is cut off');
    return answer.subarray(start, at);
  };
  for (let left = answer.readUInt32BE(1); left > 0; left -= 1) {
    const blob = Buffer.from(next());
    const comment = next().toString('utf8');
    const key = parseKey(blob);
    const type = blob.toString('latin1', 4, 4 + blob.readUInt32BE(0));
    // A certificate would be taken for its plain key.
    if (key instanceof Error || key.type !== type) unusable.push(`${comment} (${type})`);
    else keys.push({ key, comment });
  }
  return { keys, unusable };
}
