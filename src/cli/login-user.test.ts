import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFiles } from '../../test/support/temp-files.ts';
import type { Connection } from '../inventory/connection.ts';
import { readSshConfig } from '../ssh/config/read.ts';
import { configuredUser } from './login-user.ts';

test("ssh_config knows a host by its address, and for the system's ssh by its name", () => {
  const folder = tempFiles({ config: 'Host web01\n  User ops\nHost 10.1.0.11\n  User other\n' });
  const { config } = readSshConfig({ file: join(folder, 'config') });
  const connection: Connection = { address: '10.1.0.11', kind: 'ssh', proxyJump: [] };
  const user = (found: Connection, transport?: 'openssh' | 'ssh2') =>
    configuredUser('web01', found, transport === undefined ? {} : { transport }, config);
  expect(user(connection)).toBe('other');
  expect(user({ ...connection, transport: 'openssh' })).toBe('ops');
  expect(user(connection, 'openssh')).toBe('ops');
  expect(user({ ...connection, transport: 'openssh' }, 'ssh2')).toBe('other');
});
