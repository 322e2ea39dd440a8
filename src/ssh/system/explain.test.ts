import { describe, expect, test } from 'vitest';
import { explainSsh } from './explain.ts';

const WHERE = '10.0.0.1:22';

describe('what ssh says when it cannot connect', () => {
  test.each([
    [
      'ssh: connect to host 10.0.0.1 port 22: Connection refused\r\n',
      'unreachable',
      'refused the connection',
    ],
    [
      'ssh: Could not resolve hostname web1: Name or service not known\n',
      'unreachable',
      'cannot be resolved',
    ],
    ['ssh: connect to host 10.0.0.1 port 22: No route to host\n', 'unreachable', 'no route'],
    [
      'ssh: connect to host 10.0.0.1 port 22: Connection timed out\n',
      'unreachable',
      'did not answer in time',
    ],
    [
      'kex_exchange_identification: read: Connection reset by peer\nConnection reset by 10.0.0.1 port 22\n',
      'unreachable',
      'closed the connection before the login',
    ],
    [
      'kex_exchange_identification: banner line 0: Not allowed at this time\nConnection closed by 10.0.0.1 port 22\n',
      'unreachable',
      'Not allowed at this time',
    ],
    [
      'No ED25519 host key is known for web1 and you have requested strict checking.\nHost key verification failed.\n',
      'host-key',
      'No ED25519 host key is known',
    ],
    [
      'ops@10.0.0.1: Permission denied (publickey,password).\n',
      'login-refused',
      'it accepts publickey, password',
    ],
    [
      'jump@10.0.0.9: Permission denied (publickey).\r\nkex_exchange_identification: Connection closed by remote host\r\nConnection closed by UNKNOWN port 65535\r\n',
      'login-refused',
      'the jump host before 10.0.0.1:22 refused the login of jump@10.0.0.9: it accepts publickey',
    ],
    [
      'Load key "/k.ppk": error in libcrypto\nops@10.0.0.1: Permission denied (publickey).\n',
      'login-refused',
      'Load key "/k.ppk"',
    ],
    [
      'Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures\nDisconnected from 10.0.0.1 port 22\n',
      'login-refused',
      'refused the login of "ops"',
    ],
    ['there is no program "ssh" on this controller', 'unreachable', 'no program "ssh"'],
    [
      '/bin/sh: 1: exec: relay: not found\nConnection closed by UNKNOWN port 65535\n',
      'unreachable',
      'relay: not found',
    ],
    [
      'Unable to negotiate with 10.0.0.1 port 22: no matching key exchange method found. Their offer: diffie-hellman-group1-sha1\r\n',
      'protocol',
      'Their offer: diffie-hellman-group1-sha1',
    ],
    ['', 'unreachable', 'nothing'],
  ])('%j', (said, kind, message) => {
    expect(explainSsh(said, WHERE, 'ops')).toMatchObject({ kind, message: expect.stringContaining(message) });
  });

  test('a question that was not answered is why', () => {
    const failure = explainSsh('', WHERE, 'ops', 'it refused the password');
    expect(failure).toMatchObject({
      kind: 'login-refused',
      message: expect.stringContaining('it refused the password'),
    });
  });
});
