import * as crypto from 'node:crypto';
import ssh2, { type ParsedKey } from 'ssh2';
import { describe, expect, test } from 'vitest';
import { readPrivateKey } from './read-key.ts';
import { sshStrings } from './wire.ts';

/** Made by puttygen 0.78 for these tests alone; the passphrase is "secret". */
const FILES: readonly { title: string; file: string; publicKey: string; passphrase?: string }[] = [
  {
    title: 'Ed25519, version 3',
    publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMGUb+qIzgd+h1+rZ+UVJf+1m4frpCnOgr1eBwhsjMzN',
    file: `PuTTY-User-Key-File-3: ssh-ed25519
Encryption: none
Comment: putty ed25519
Public-Lines: 2
AAAAC3NzaC1lZDI1NTE5AAAAIMGUb+qIzgd+h1+rZ+UVJf+1m4frpCnOgr1eBwhs
jMzN
Private-Lines: 1
AAAAIK5OT6DCjFSjmind1GW01+4eIN4bimbzsWXBl78P90Ni
Private-MAC: 0bb095acb554a23bc0b36089d1c973ad610432a0d29dc879744c089b10dc0cdd`,
  },
  {
    title: 'ECDSA, version 3',
    publicKey:
      'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBHsgwf8o8w7wNqArtqjJu2XvCc3Xy/QjFMubP/F/w/LtZhbnYoU+u5F0A3wcCE7/qR5u5Q3f0oChwKfwJi4/Wlw=',
    file: `PuTTY-User-Key-File-3: ecdsa-sha2-nistp256
Encryption: none
Comment: putty ecdsa
Public-Lines: 3
AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBHsgwf8o8w7w
NqArtqjJu2XvCc3Xy/QjFMubP/F/w/LtZhbnYoU+u5F0A3wcCE7/qR5u5Q3f0oCh
wKfwJi4/Wlw=
Private-Lines: 1
AAAAIDnoSgD/ytGSuqGFDuPhH5WVBbm0YXdJeeaInB5cEelY
Private-MAC: 2b7ad8af6141c8093619ec4415d552eef9f7afadfd3b3675bd0f7ce74d2ad8b4`,
  },
  {
    title: 'RSA, version 3',
    publicKey:
      'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQCEtxt7zosfSE5DMSo9MlPMZ4CGGexFDMC4aTMfba7E78bHWpy/5w3Kk5/kCH0LH6fG06KtuGv129K+A+tZYAZ74fFFcuofHahbKluh50i3o/w1t+SEk+8dNTX9G4+2dOhJQEjqhk4aeB7pSYqi2dRuvd/lWLdbEnpNMtTgoKH37Q==',
    file: `PuTTY-User-Key-File-3: ssh-rsa
Encryption: none
Comment: putty rsa
Public-Lines: 4
AAAAB3NzaC1yc2EAAAADAQABAAAAgQCEtxt7zosfSE5DMSo9MlPMZ4CGGexFDMC4
aTMfba7E78bHWpy/5w3Kk5/kCH0LH6fG06KtuGv129K+A+tZYAZ74fFFcuofHahb
Kluh50i3o/w1t+SEk+8dNTX9G4+2dOhJQEjqhk4aeB7pSYqi2dRuvd/lWLdbEnpN
MtTgoKH37Q==
Private-Lines: 8
AAAAgF15VlsyE1zaIX1D0Js/qjPqpmRNN9M+czKvrbkyGIlO1HOux36GL3mB1njW
3bOK/TGV+BthLHEC/gClZAsUDhwF70nZ7dY9l2u3Poe0IlYwTaZcF6NOwic2yXcg
FQJK5zQPegCKa2gwwAK4vmVDZ3JUgV4uD6VNzu1MpW6U9sqlAAAAQQDYrF3grsw7
eSaPJyb3KIgaDfhczzCopLX4YY0LY6MIsYwcXuDWxzV25rnNUxHAUTKduwInIZXD
ksTq5rwwWM/vAAAAQQCczapuLblSe45koWp9gsl+Vxybmbnz/WWEx83pDLMmPJFj
qP5i0eEYC795GuY0ciNL0iXST3plLn5RLU+AYNnjAAAAQB/yN9lLZQ8cc2Iz5l+s
31tsYY2QR2uXS8WUKhOyrqupEKL+fxRLJW1pe7QXOPDKhyLEep7i3Sf9PuewOyfc
Gbo=
Private-MAC: 608662b4217d4b1c2b1fc67c9d6325853f6cfb34002269802b91aa496a34f684`,
  },
  {
    title: 'Ed25519, version 2',
    publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID3vqT1mXhZ2/8CW1K7gSxG+cln+U8ZImDPWZeefEfVQ',
    file: `PuTTY-User-Key-File-2: ssh-ed25519
Encryption: none
Comment: putty ed25519
Public-Lines: 2
AAAAC3NzaC1lZDI1NTE5AAAAID3vqT1mXhZ2/8CW1K7gSxG+cln+U8ZImDPWZeef
EfVQ
Private-Lines: 1
AAAAICzI+cU4ZNLa4v72UjKOTSmTyX/etBhvgGP6DfFUo/Vo
Private-MAC: 1eb0bcdad329f497c2fe9e6c5e05e6222713997b`,
  },
  {
    title: 'ECDSA, version 2, with a passphrase',
    publicKey:
      'ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBBASGe2l/N0DvPkx1T4mJ0psTr8VWm8IgeF/Rco13aTl6H3CdD9xPjaMViUuQgipUTa8/QXJF4Wavmnigdothq6QSgq/6Z8pdZxo1/gnKl6goBhCETxspZtFqCS6U6x8gQ==',
    passphrase: 'secret',
    file: `PuTTY-User-Key-File-2: ecdsa-sha2-nistp384
Encryption: aes256-cbc
Comment: putty ecdsa
Public-Lines: 3
AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBBASGe2l/N0D
vPkx1T4mJ0psTr8VWm8IgeF/Rco13aTl6H3CdD9xPjaMViUuQgipUTa8/QXJF4Wa
vmnigdothq6QSgq/6Z8pdZxo1/gnKl6goBhCETxspZtFqCS6U6x8gQ==
Private-Lines: 2
I/nq8HJFh5WrJKiHH6Uvj5g4fIOCXNC2X8fDELjrI33VmCwOkd7a+7NdN/UL87iB
iw9kRX1Td+5TsVhKZSzWOA==
Private-MAC: 45897aef13d75fb0969d70742e1a410ae5c0272e`,
  },
  {
    title: 'RSA, version 2, with a passphrase',
    publicKey:
      'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQCvVQZb4JXo5eCPu5TkemIHvuLXFY43y5hAWaF+BCmrQB5niBOWUgmsxbN47PGQ5bazjy1TlLK+YXOeaGTQPsMYf0DLi5d00V21Xiid7xWDW2uTtLA4b9oZNcDAJe6mLR6TtUEd3rjLy0NtYqjVBtC0axDlc1083a2EFmJ0fbT+PQ==',
    passphrase: 'secret',
    file: `PuTTY-User-Key-File-2: ssh-rsa
Encryption: aes256-cbc
Comment: putty rsa
Public-Lines: 4
AAAAB3NzaC1yc2EAAAADAQABAAAAgQCvVQZb4JXo5eCPu5TkemIHvuLXFY43y5hA
WaF+BCmrQB5niBOWUgmsxbN47PGQ5bazjy1TlLK+YXOeaGTQPsMYf0DLi5d00V21
Xiid7xWDW2uTtLA4b9oZNcDAJe6mLR6TtUEd3rjLy0NtYqjVBtC0axDlc1083a2E
FmJ0fbT+PQ==
Private-Lines: 8
ofANBhY0lhJ+C4Kt86gUAS146HSD6jqBAx9Sd+cHti2C2vYIu/yrL9n9OPB/HO5D
UJyHXJD426Ku/wDaLz2CyAoeXwf1Xo/soGUD13OcxmkPo8o9hY8bRoB+ZMGdJ0gc
84RU6u0Uc/xCLk+83ypUJT+qMouJNZS8CbHp4ZjLOs9QU0pHCgADSPRT/zj+g+7/
fYAjs077y1ZNpMWIA2ctOmCiXHm0F0DbUcMbVylGEv48UfK/kar7dIYSakDFNXTX
gkN7scnLo/eB1HO9qIYPEGCAFCHV/jGyPMhTkNeHRsHg6vJWsgd1WqHCjfQSkXht
RA2h8W5DPyUDZeU1+gvD767W7cKJ9+VuPnK5inqHL31B+G33RFoFkEC/woh0wh5Y
UlcO9Z1Vq4h8H4Bj5jR/ijIznxNGiYamMmEX9xv6QJykfo/Gb19KqPG+9j4ztzYv
faiJqiomgLqggPMnfnM0BA==
Private-MAC: 5af9d1d5fa7a8880a3caf98238b83d12c4cf0e25`,
  },
];

const ARGON = `PuTTY-User-Key-File-3: ssh-ed25519
Encryption: aes256-cbc
Comment: ed25519-key-20261127
Public-Lines: 2
AAAAC3NzaC1lZDI1NTE5AAAAIDvcwpACKR772o+4b3pWaD2erwgTR1140jVuuVvq
y7Dg
Key-Derivation: Argon2id
Argon2-Memory: 8192
Argon2-Passes: 21
Argon2-Parallelism: 1
Argon2-Salt: 5a8665823a8b6643fe65ee2b1b410830
Private-Lines: 1
tbYjusTzquPJLUxIbVFWlP+whw7K6GZev7X65Os5Dwi6r1rciVOQ1GbFURFIT186
Private-MAC: 89637a871d2d0c61d307ba95434912171c5f2d70e204b2bed3029163db9e326b`;

const ARGON_PUBLIC = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDvcwpACKR772o+4b3pWaD2erwgTR1140jVuuVvqy7Dg';

/** With the right checksum, and no key within. */
function withoutNumbers(): string {
  const [open, secret] = [sshStrings('ssh-ed25519', ''), sshStrings('')];
  const data = sshStrings('ssh-ed25519', 'none', '', open, secret);
  const mac = crypto.createHmac('sha256', '').update(data).digest('hex');
  return `PuTTY-User-Key-File-3: ssh-ed25519
Encryption: none
Comment: 
Public-Lines: 1
${open.toString('base64')}
Private-Lines: 1
${secret.toString('base64')}
Private-MAC: ${mac}`;
}

const DATA = Buffer.from('to be signed');

describe('a private key of PuTTY', () => {
  test.each(FILES)('$title signs as its public half says', ({ file, publicKey, passphrase }) => {
    for (const content of [file, file.replaceAll('\n', '\r\n')]) {
      const key = readPrivateKey(Buffer.from(content), passphrase);
      const known = ssh2.utils.parseKey(publicKey) as ParsedKey;
      expect(key.getPublicSSH()).toEqual(known.getPublicSSH());
      const hash = key.type === 'ssh-rsa' ? 'sha512' : undefined;
      const signature = key.sign(DATA, hash) as Buffer;
      expect(known.verify(DATA, signature, hash as string)).toBe(true);
      expect(known.verify(Buffer.from('other'), signature, hash as string)).toBe(false);
    }
  });

  const [plain, , , , locked] = FILES.map(({ file }) => file);

  test.each([
    [locked, undefined, 'it has a passphrase', 'passphrase'],
    [locked, 'wrong', 'the passphrase is wrong', 'passphrase'],
    [ARGON.replace('Argon2-Passes: 21', 'Argon2-Passes: x'), 'secret', /how its passphrase/, 'broken'],
    [ARGON.replace('Memory: 8192', 'Memory: 99999999999'), 'secret', /how its passphrase/, 'broken'],
    [plain!.replace('Comment: ', 'Comment: x'), undefined, 'its checksum is wrong', 'broken'],
    [plain!.replace(/Private-Lines[\s\S]*/, ''), undefined, /no whole key/, 'broken'],
    ['PuTTY-User-Key-File-9: ssh-rsa\n', undefined, /no whole key/, 'broken'],
    [plain!.replace('Public-Lines: 2', 'Public-Lines: -1'), undefined, /no whole key/, 'broken'],
    [plain!.replace('Private-Lines: 1', 'Private-Lines: 1e9'), undefined, /no whole key/, 'broken'],
    [withoutNumbers(), undefined, /its numbers are no key/, 'broken'],
  ])('what cannot be used is refused with the reason %#', (file, passphrase, message, kind) => {
    const read = () => readPrivateKey(Buffer.from(file!), passphrase);
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ kind }));
  });

  /** Node has it from 24.7 on. */
  const hasArgon2 = 'argon2Sync' in crypto;

  test.skipIf(hasArgon2)('that takes Argon2 is refused before anybody is asked for its passphrase', () => {
    for (const passphrase of [undefined, 'secret']) {
      const read = () => readPrivateKey(Buffer.from(ARGON), passphrase);
      expect(read).toThrow(
        expect.objectContaining({ kind: 'unsupported', message: expect.stringMatching(/Argon2/) }),
      );
    }
  });

  test.runIf(hasArgon2)('that takes Argon2 is read where Node has that', () => {
    const key = readPrivateKey(Buffer.from(ARGON), 'secret');
    const known = ssh2.utils.parseKey(ARGON_PUBLIC) as ParsedKey;
    expect(known.verify(DATA, key.sign(DATA) as Buffer)).toBe(true);
    for (const [passphrase, message] of [
      ['wrong', 'the passphrase is wrong'],
      [undefined, 'it has a passphrase'],
    ] as const) {
      expect(() => readPrivateKey(Buffer.from(ARGON), passphrase)).toThrow(message);
    }
  });
});
