import { expect, test } from 'vitest';
import { loggedInAs, loggedInBy } from './login-told.ts';

const BEFORE = 'debug1: Next authentication method: password\r\n';

test.each([
  ['Authenticated to 10.0.0.1 ([10.0.0.1]:22) using "password".\r\n', ['password']],
  ['Authenticated to web1 (via proxy) using "gssapi-with-mic".\r\n', ['gssapi-with-mic']],
  [
    'Authenticated using "publickey" with partial success.\r\nAuthenticated to a ([::1]:22) using "keyboard-interactive".\r\n',
    ['publickey', 'keyboard-interactive'],
  ],
  // What is not told, or not known here, is not guessed.
  ['Authenticated to 10.0.0.1 ([10.0.0.1]:22).\r\n', undefined],
  ['Authenticated with partial success.\r\nAuthenticated to a ([::1]:22) using "password".\r\n', undefined],
  ['Authenticated to a ([::1]:22) using "none".\r\n', undefined],
])('%j', (said, methods) => {
  expect(loggedInBy(BEFORE + said)?.map(({ method }) => method)).toEqual(methods);
});

test('as whom', () => {
  expect(loggedInAs("debug1: Authenticating to 10.0.0.1:22 as 'ops'\r\ndebug1: next\r\n")).toBe('ops');
  expect(loggedInAs('debug1: Connection established.\r\n')).toBeUndefined();
});
