import { expect, test } from 'vitest';
import { createAjv } from '../../documents/ajv.ts';
import { schema } from './schema.ts';
import { contentOf } from './text.ts';

const validate = createAjv({}).compile(schema);

const body = (...lines: string[]) =>
  `# Managed by provision: what is changed here is put back by the next run.\n${lines.map((line) => `${line}\n`).join('')}`;

test('each keyword gets the form that it takes', () => {
  expect(
    contentOf({
      name: 'x',
      settings: {
        PasswordAuthentication: false,
        UsePAM: true,
        MaxAuthTries: 3,
        Port: [22, 2222],
        AllowUsers: ['a', 'b@10.0.0.0/8'],
        Ciphers: ['aes128-ctr', 'aes256-ctr'],
        AuthenticationMethods: ['publickey,password', 'publickey'],
        Subsystem: 'sftp internal-sftp',
      },
    }),
  ).toBe(
    body(
      'PasswordAuthentication no',
      'UsePAM yes',
      'MaxAuthTries 3',
      'Port 22',
      'Port 2222',
      'AllowUsers a',
      'AllowUsers b@10.0.0.0/8',
      'Ciphers aes128-ctr,aes256-ctr',
      'AuthenticationMethods publickey,password publickey',
      'Subsystem sftp internal-sftp',
    ),
  );
});

test('blocks for some connections end with the file', () => {
  const match = [{ criteria: 'Group g', settings: { PermitTTY: false } }];
  expect(contentOf({ name: 'x', match })).toBe(body('Match Group g', '    PermitTTY no', 'Match all'));
});

test('what would not be what it seems is refused', () => {
  const set = (settings: Record<string, string | string[]>) => () => contentOf({ name: 'x', settings });
  expect(set({ Port: '1', port: '2' })).toThrow('"Port" and "port" are the same keyword');
  expect(set({ Match: 'all' })).toThrow('"Match" is no setting');
  expect(set({ Include: 'x' })).toThrow('"Include" is no setting');
  expect(set({ AllowUsers: ['root', '#mallory'] })).toThrow('would be a comment');
  expect(set({ Banner: ' ' })).toThrow('empty value');
});

test.each(['no\nPermitRootLogin yes', 'a\u0007', 'a\tb', ''])(
  'the value %j is refused by the schema',
  (value) => {
    expect(validate({ name: 'x', settings: { Banner: value } })).toBe(false);
    expect(validate({ name: 'x', settings: { AllowUsers: [value] } })).toBe(false);
    expect(validate({ name: 'x', match: [{ criteria: value, settings: { Banner: 'x' } }] })).toBe(false);
  },
);

test('a right one is not', () => {
  expect(validate({ name: '10-x', settings: { Banner: 'none', Port: [1], UsePAM: true } })).toBe(true);
});
