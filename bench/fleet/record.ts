import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import ssh2, { type ServerChannel } from 'ssh2';
import { type Answer, type Answers, keyOf, markOf, toAnswer } from './answers.ts';
import { keyPair } from './key-pair.ts';
import { ShellRequests } from './shell-requests.ts';

export interface Recorder {
  /** Port on 127.0.0.1 where the host can be reached through the recorder. */
  readonly port: number;
  /** The recorder's own host key, as in known_hosts. */
  readonly hostKey: string;
  /** What was asked and answered until now. */
  readonly answers: Answers;
  /** Resolves when all that was asked is written down: a session's last answer is when its channel closes. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Stands between the tool and a real host and writes down what each request was answered with. Everything is passed
 * on as it comes: the tool talks to the real host's shell.
 *
 * @param host logged in to as root, with the private key in the file.
 */
export async function startRecorder(host: {
  readonly address: string;
  readonly port: number;
  readonly privateKey: string;
}): Promise<Recorder> {
  const own = keyPair();
  const answers: Record<string, Answer> = {};
  const keep = (key: string, answer: Answer): void => {
    answers[key] = answer;
  };
  const passing = new Set<Promise<void>>();
  const server = new ssh2.Server({ hostKeys: [own.privateKey] }, (client) => {
    const upstream = logIn(host);
    upstream.catch(() => client.end());
    client.on('error', () => {});
    client.on('close', () => void upstream.then((open) => open.end()).catch(() => {}));
    client.on('authentication', (login) => login.accept());
    client.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => {
        const channel = acceptExec();
        const passed = upstream
          .then((open) => passOn(channel, open, command, keep))
          .catch(() => channel.close())
          .finally(() => passing.delete(passed));
        passing.add(passed);
      });
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    hostKey: own.publicLine,
    answers,
    settled: async () => void (await Promise.all(passing)),
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

function logIn(host: { address: string; port: number; privateKey: string }): Promise<ssh2.Client> {
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    client.once('ready', () => resolve(client)).on('error', reject);
    client.connect({
      host: host.address,
      port: host.port,
      username: 'root',
      privateKey: readFileSync(host.privateKey),
      hostVerifier: () => true,
    });
  });
}

/** @returns resolves when the channel is closed, and its last answer kept. */
function passOn(
  down: ServerChannel,
  upstream: ssh2.Client,
  command: string,
  keep: (key: string, answer: Answer) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    upstream.exec(command, (error, up) => {
      if (error !== undefined) return void reject(error);
      carry(down, up, keep);
      up.on('close', () => resolve());
    });
  });
}

function carry(
  down: ServerChannel,
  up: ssh2.ClientChannel,
  keep: (key: string, answer: Answer) => void,
): void {
  let mark = '';
  let key: string | undefined;
  let chunks: { stream: 'stdout' | 'stderr'; data: Buffer }[] = [];
  // The tool waits for the whole answer before it asks again: what came until then belongs to the request before.
  const finish = (): void => {
    if (key !== undefined) keep(key, toAnswer(chunks, mark));
    chunks = [];
    key = undefined;
  };
  const requests = new ShellRequests((script) => {
    finish();
    mark = markOf(script) ?? mark;
    key = keyOf(script, mark);
  });
  down.on('data', (data: Buffer) => {
    requests.push(data);
    up.write(data);
  });
  down.on('end', () => up.end());
  const receive = (stream: 'stdout' | 'stderr') => (data: Buffer) => {
    chunks.push({ stream, data });
    (stream === 'stdout' ? down : down.stderr).write(data);
  };
  up.on('data', receive('stdout'));
  up.stderr.on('data', receive('stderr'));
  up.on('exit', (code: number | null) => down.exit(code ?? 255));
  up.on('close', () => {
    finish();
    down.end();
  });
}
