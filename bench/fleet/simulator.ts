/**
 * A process full of simulated hosts: an SSH server that is reached at any address of 127.0.0.0/8, each a host of its
 * own, and that answers as a real host did when it was recorded. What was not recorded ends with status 1, and says so.
 *
 * Started by fleet.ts, with its settings as the first message; says its port and its host key when it listens.
 */
import { createServer, type Server as TcpServer } from 'node:net';
import ssh2, { type AuthContext, type ServerChannel } from 'ssh2';
import { ownShell } from '../../src/ssh/privilege/command.ts';
import { type Answers, keyOf, markOf, playback } from './answers.ts';
import { keyPair } from './key-pair.ts';
import { ShellRequests } from './shell-requests.ts';

export interface SimulatorSettings {
  readonly answers: Answers;
  /** Public key that may log in, as a line of authorized_keys. */
  readonly authorizedKey: string;
}

export interface SimulatorReady {
  readonly port: number;
  /** As in known_hosts. */
  readonly hostKey: string;
}

process.once('message', (settings: SimulatorSettings) => void start(settings));
process.once('disconnect', () => process.exit());

async function start(settings: SimulatorSettings): Promise<void> {
  const own = keyPair();
  const mayLogIn = loginCheck(settings.authorizedKey);
  const ssh = new ssh2.Server({ hostKeys: [own.privateKey] }, (client) => {
    client.on('error', () => {});
    client.on('authentication', mayLogIn);
    client.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => run(acceptExec(), command, settings.answers));
    });
  });
  const tcp: TcpServer = createServer({ noDelay: true }, (socket) => {
    if (socket.localAddress?.startsWith('127.')) ssh.injectSocket(socket);
    else socket.destroy();
  });
  await new Promise<void>((resolve) => void tcp.listen({ port: 0, host: '0.0.0.0', backlog: 4096 }, resolve));
  const { port } = tcp.address() as { port: number };
  process.send?.({ port, hostKey: own.publicLine } satisfies SimulatorReady);
}

/** As sshd does: the key is asked for first, and then proven by a signature. */
function loginCheck(authorizedKey: string): (login: AuthContext) => void {
  const key = ssh2.utils.parseKey(authorizedKey);
  if (key instanceof Error) throw key;
  const publicKey = key.getPublicSSH();
  return (login) => {
    if (login.method !== 'publickey' || !login.key.data.equals(publicKey)) return login.reject(['publickey']);
    const { blob, signature, hashAlgo } = login;
    if (signature === undefined || blob === undefined) return login.accept();
    return key.verify(blob, signature, hashAlgo) === true ? login.accept() : login.reject();
  };
}

function run(channel: ServerChannel, command: string, answers: Answers): void {
  // The channel of a client that has gone.
  channel.on('error', () => {});
  if (command === 'true') end(channel, 0);
  else if (command === ownShell()) answerRequests(channel, answers);
  else refuse(channel, `nothing is recorded for the command ${command}`);
}

function answerRequests(channel: ServerChannel, answers: Answers): void {
  let mark = '';
  const requests = new ShellRequests((script) => {
    mark = markOf(script) ?? mark;
    const answer = answers[keyOf(script, mark)];
    if (answer === undefined) {
      // The tool tells the last lines.
      channel.stderr.write(`${script}\n`);
      refuse(channel, 'no answer is recorded for this request');
      return;
    }
    for (const { stream, data } of playback(answer, mark)) {
      (stream === 'stdout' ? channel : channel.stderr).write(data);
    }
  });
  channel.on('data', (data: Buffer) => {
    try {
      requests.push(data);
    } catch (error) {
      refuse(channel, String(error));
    }
  });
  channel.on('end', () => end(channel, 0));
}

function refuse(channel: ServerChannel, reason: string): void {
  channel.stderr.write(`simulated host: ${reason}\n`);
  end(channel, 1);
}

function end(channel: ServerChannel, code: number): void {
  if (channel.writableEnded) return;
  channel.exit(code);
  channel.end();
}
