import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { ConnectTarget } from '../connect.ts';
import { ConnectionError } from '../errors.ts';
import type { Transport } from '../transport.ts';
import { within } from '../within.ts';
import { Answers } from './answers.ts';
import { askedAbout } from './asked-about.ts';
import { type AskPass, askPass } from './askpass.ts';
import { openChannel } from './channel.ts';
import { endGroup, endWithUs } from './children.ts';
import { channelArguments, masterArguments } from './command-line.ts';
import { writeConfig } from './config-file.ts';
import { explainSsh } from './explain.ts';
import { privateFolder } from './folder.ts';
import { loggedInAs, loggedInBy } from './login-told.ts';
import type { OpenSshSettings } from './settings.ts';

/** Milliseconds for an ssh that was asked to end. */
const PATIENCE = 2_000;
/** The first ssh prints this when it is in. Its command ends with its input, and so with this process, however that ends. */
const READY = 'provision: logged in';
const COMMAND = `echo '${READY}'; exec cat >/dev/null`;

/**
 * Connects with the system's ssh: what it can do, and ssh2 cannot, are FIDO keys, user certificates, GSSAPI, ProxyCommand and
 * all of ssh_config. One ssh logs in and shares its connection (ControlMaster) with one for each channel.
 *
 * @param urgent a host waits for it that may be shut off: it goes before other logins on the same way.
 * @throws ConnectionError with the cause in words.
 */
export function connectBySsh(
  target: ConnectTarget,
  settings: OpenSshSettings,
  urgent?: boolean,
): Promise<Transport> {
  const logIn = (): Promise<Transport> => logInBySsh(target, settings);
  return settings.rooms.reduceRight((next, room) => () => room.use(next, urgent), logIn)();
}

async function logInBySsh(target: ConnectTarget, settings: OpenSshSettings): Promise<Transport> {
  const folder = privateFolder();
  const socket = join(folder.path, 'master');
  const where = `${settings.hostName ?? settings.name}:${target.port}`;
  let refused: string | undefined;
  let master: ChildProcess | undefined;
  const onTheWay = settings.jumpHosts.map(({ login }) => login);
  const answers = new Answers(target.login, onTheWay, `${target.user}@${where}`, (why) => {
    refused ??= why;
    if (master !== undefined) endGroup(master);
  });
  let asked: AskPass | undefined;
  const cleanUp = (): void => {
    asked?.close();
    folder.remove();
  };
  try {
    if (answers.any) asked = await askPass(folder.path, (...question) => answers.answer(...question));
    const config = writeConfig(folder.path, settings, target, answers.any);
    const args = masterArguments(target, settings, socket, { config, asks: answers.any, command: COMMAND });
    if (target.login.password !== undefined) {
      const about = await askedAbout(args, target.timeout);
      requireUser(about?.user, target.user, where);
      answers.askedAbout(about);
    }
    const agent = target.login.agent?.socket;
    const started = spawn('ssh', args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      // Without a terminal of its own it cannot ask there; and Ctrl-C is for us alone.
      detached: true,
      env: {
        ...process.env,
        LC_ALL: 'C',
        ...(agent === undefined ? {} : { SSH_AUTH_SOCK: agent }),
        ...asked?.env,
      },
    });
    master = started;
    endWithUs(started);
    const said = await untilReady(started, target.timeout).catch(({ message }: Error) => {
      requireUser(loggedInAs(message), target.user, where);
      throw new ConnectionError(explainSsh(message, where, target.user, refused));
    });
    answers.succeeded();
    requireUser(loggedInAs(said()), target.user, where);
    return transport(started, said, { target, settings, socket, cleanUp });
  } catch (error) {
    if (master !== undefined) endGroup(master);
    cleanUp();
    throw error;
  }
}

/**
 * Lines of ssh_config that only ssh follows may say who logs in; the run counts on its own user.
 *
 * @throws ConnectionError
 */
function requireUser(found: string | undefined, wanted: string, where: string): void {
  if (found === undefined || found === wanted) return;
  throw new ConnectionError({
    kind: 'login-refused',
    message: `ssh would log in to ${where} as "${found}", by lines of its configuration that are not followed here (such as Match exec); this run counts on "${wanted}"`,
    hint: 'say who logs in with ansible_user in the inventory, or with --user',
  });
}

/**
 * Waits until the login is done.
 *
 * @returns what ssh has said until then.
 * @throws Error with what it said instead.
 */
function untilReady(master: ChildProcess, timeout: number): Promise<() => string> {
  return new Promise((resolve, reject) => {
    let [out, err] = ['', ''];
    const late = setTimeout(() => reject(new Error(`${err}\nConnection timed out`)), timeout);
    const failed = (reason: string): void => {
      clearTimeout(late);
      reject(new Error(reason));
    };
    master.stdin?.on('error', () => {});
    master.stderr?.on('data', (part: Buffer) => {
      err = (err + part.toString('utf8')).slice(-16_384);
    });
    master.stdout?.on('data', (part: Buffer) => {
      out = (out + part.toString('latin1')).slice(-16_384);
      if (!out.includes(READY)) return;
      clearTimeout(late);
      resolve(() => err);
    });
    master.once('error', (error: NodeJS.ErrnoException) => {
      failed(error.code === 'ENOENT' ? 'there is no program "ssh" on this controller' : error.message);
    });
    master.once('close', () => failed(err));
  });
}

interface Opened {
  readonly target: ConnectTarget;
  readonly settings: OpenSshSettings;
  readonly socket: string;
  readonly cleanUp: () => void;
}

function transport(master: ChildProcess, said: () => string, opened: Opened): Transport {
  const { target, settings, socket, cleanUp } = opened;
  let [asked, gone] = [false, master.exitCode !== null];
  const channels = new Set<Promise<unknown>>();
  const closed = new Promise<Error | undefined>((resolve) => {
    const ended = (): void => {
      gone = true;
      cleanUp();
      const last = said().trim().split('\n').at(-1) ?? '';
      resolve(asked ? undefined : new Error(`ssh has ended: ${last}`));
    };
    if (gone) ended();
    else master.once('exit', ended);
  });
  const methods = loggedInBy(said());
  const [, address, port] = /^Authenticated to .* \(\[([^\]]+)\]:(\d+)\)/m.exec(said()) ?? [];
  return {
    peer: { address: address ?? target.address, port: port === undefined ? target.port : Number(port) },
    ...(methods === undefined ? {} : { loggedInBy: methods }),
    open: async (command, { terminal = false } = {}) => {
      if (gone) throw new ConnectionError({ kind: 'lost', message: 'the connection broke: ssh has ended' });
      const channel = await openChannel(channelArguments(settings, socket, command, terminal), closed);
      channels.add(channel.exited);
      void channel.exited.then(() => channels.delete(channel.exited));
      return channel;
    },
    // Only ssh's own connection knows; the shells' answers tell enough.
    roundTrip: async () => undefined,
    close: async () => {
      asked = true;
      master.kill();
      if (!(await within(PATIENCE, closed))) endGroup(master);
      await closed;
      // They end with it.
      await within(PATIENCE, Promise.all(channels));
    },
    closed,
  };
}
