import type { Client, ConnectConfig } from 'ssh2';
import { ConnectionError, type ConnectionFailure, explainConnectError, lackOf } from '../errors.ts';
import { logInAtOnce, signAtOnce } from '../prompt-login.ts';
import { endConnection } from '../ssh2/end-connection.ts';
import { LoginAttempts } from './attempts.ts';
import { explainRefusal } from './explain.ts';
import type { Login } from './login.ts';
import type { Attempt } from './record.ts';
import { type Answer, saidBeforeVersion, watchAnswers } from './ssh2-login.ts';

interface LogIn {
  /** Not connected yet. */
  readonly client: Client;
  /** All but how to log in. */
  readonly config: Omit<ConnectConfig, 'authHandler'>;
  readonly login: Login;
  readonly user: string;
  /** Address and port, for people. */
  readonly where: string;
  /** Why the host was not trusted, if that is what ended the connection. */
  readonly distrusted: () => ConnectionFailure | undefined;
  /** Called when ssh2 has begun to connect. */
  readonly connecting: () => void;
}

/**
 * Connects a client of ssh2's and logs in.
 *
 * @returns what the host let us in by.
 * @throws ConnectionError with the cause in words.
 */
export async function logIn(options: LogIn): Promise<readonly Attempt[]> {
  const { client, login, user, where } = options;
  let answer: Answer | undefined;
  return await new Promise<readonly Attempt[]>((resolve, reject) => {
    const attempts = new LoginAttempts(login, user, where, () => failed(new Error(ASKED)));
    const failed = (error: Error): void => {
      // A key that cannot sign is passed over.
      if (levelOf(error) === 'agent') {
        attempts.record.couldNotSign(error.message);
        return;
      }
      client
        .off('error', failed)
        .off('close', closedEarly)
        .on('error', () => {});
      void endConnection(client);
      const cause = options.distrusted() ?? explain(error, attempts, options);
      reject(new ConnectionError(cause, lackOf(error)));
    };
    const closedEarly = (): void => failed(new Error('the connection was closed during the handshake'));
    client.on('error', failed).once('close', closedEarly);
    client.once('change password', () => failed(new Error(EXPIRED)));
    client.once('ready', () => {
      // What ends a connection later is told by `closed`.
      client.off('error', failed).off('close', closedEarly);
      attempts.succeeded();
      resolve(attempts.record.letInBy);
    });
    client.connect({
      ...options.config,
      authHandler: (methods, partial, next) => {
        const said = answer ?? { methods, partial };
        attempts
          .next(said.methods, said.partial)
          .then(next as (method: unknown) => void)
          .catch(failed);
      },
    });
    answer = watchAnswers(client);
    if (attempts.promptKey !== undefined) {
      signAtOnce(client, attempts.promptKey);
      logInAtOnce(client, attempts.promptKey);
    }
    options.connecting();
  });
}

const ENDED = 'nothing, and ended the connection';
const ASKED = 'the host asked what cannot be answered';
const EXPIRED = 'the password has expired, and the host wants a new one';

function explain(error: Error, attempts: LoginAttempts, { client, user, where }: LogIn): ConnectionFailure {
  const refused = levelOf(error) === 'client-authentication' || error.message === ASKED;
  // sshd says why when it ends a connection; what is neither of ssh2's nor of the system's is the host's word.
  const byHost = typeof (error as { code?: unknown }).code === 'number' || error.message === EXPIRED;
  if (refused) return explainRefusal(attempts.record, where, user);
  if (attempts.record.hasBegun && byHost) return explainRefusal(attempts.record, where, user, error.message);
  // dropbear ends the connection after too many tries, and says nothing.
  if (attempts.record.refused.length > 0 && /closed|ECONNRESET/.test(error.message)) {
    return explainRefusal(attempts.record, where, user, ENDED);
  }
  return explainConnectError(error, where, saidBeforeVersion(client));
}

function levelOf(error: Error): string | undefined {
  return (error as Error & { level?: string }).level;
}
