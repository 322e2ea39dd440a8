import { describe, expect, test } from 'vitest';
import { problemOfKey, readKey } from './public-key.ts';

const ED = 'AAAAC3NzaC1lZDI1NTE5AAAAICNO/Pfrd0HWMFPnXqYdQbsN82G8W/whpGBK+6wyiNig';
const EC =
  'AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAAOXxJD06fOX2cPke3cP7EI3QO5b1NNXt5p7g9Jxt+3il9RtRlWSCtrWJt20KF6pzLbDDKGbWBOmUNHQEd69kxH/gAiv4rQHIeH1Z6LSwXfpHr0/kabBNNlf+d6WT1yvwx/ujmvN1vKIDiE/Re6QFGcvowmloLm+B8dqtbXD+2J2Ud/9Q==';
const RSA_1024 =
  'AAAAB3NzaC1yc2EAAAADAQABAAAAgQDfytbG/zvlIyqV+kKSQTOfroBMvjCMG463InkcicCS9hyASowS01pvXTVeUspcdMiU7nbZJzYlWUlp8U9r/fikKZ4YDMpnPQNlj+19JGkKYjMeLHUi2WW6YMX/xhxCfa2hXRUuPObEw8wG+5XjZeTGL7uBobGz0S0bSbHypGBK8Q==';

/** A blob of SSH strings (RFC 4251). */
function blob(...fields: readonly (string | Buffer)[]): string {
  const parts = fields.flatMap((field) => {
    const bytes = Buffer.from(field as string);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  });
  return Buffer.concat(parts).toString('base64');
}

describe('keys that OpenSSH takes', () => {
  test.each([
    ['ssh-ed25519', ED],
    ['ecdsa-sha2-nistp521', EC],
    ['ssh-rsa', RSA_1024],
    ['sk-ssh-ed25519@openssh.com', blob('sk-ssh-ed25519@openssh.com', Buffer.alloc(32, 1), 'ssh:')],
    [
      'sk-ecdsa-sha2-nistp256@openssh.com',
      blob('sk-ecdsa-sha2-nistp256@openssh.com', 'nistp256', Buffer.alloc(65, 4), 'ssh:'),
    ],
  ])('%s', (type, key) => {
    expect(problemOfKey(type, key)).toBeUndefined();
    expect(readKey(type, key)?.type).toBe(type);
  });

  test('the fingerprint is the one of ssh-keygen -l', () => {
    expect(readKey('ssh-ed25519', ED)?.fingerprint).toBe(
      'SHA256:EhjGWbQgal44fJjL86/sOr8d3hjcVwCbkgVyd/9ItqQ',
    );
  });
});

describe('what is wrong with others', () => {
  test.each([
    ['ssh-ed25519', ED.slice(0, -4), 'the key is cut off'],
    ['ssh-ed25519', `${ED}AAAA`, '3 bytes too many'],
    ['ssh-ed25519', `${ED}=`, 'not base64'],
    ['ssh-ed25519', ED.replace('/', '!'), 'not base64'],
    ['ssh-rsa', ED, 'says it is "ssh-ed25519", but the line says "ssh-rsa"'],
    ['ssh-ed25519', blob('ssh-ed25519', Buffer.alloc(31)), '31 bytes where 32 belong'],
    [
      'ecdsa-sha2-nistp256',
      blob('ecdsa-sha2-nistp256', 'nistp384', Buffer.alloc(65)),
      'on the curve "nistp384"',
    ],
    [
      'ssh-rsa',
      blob('ssh-rsa', Buffer.from([1, 0, 1]), Buffer.concat([Buffer.from([0]), Buffer.alloc(96, 0xff)])),
      '768 bits',
    ],
    ['ssh-dss', 'AAAA', 'refused by OpenSSH'],
    ['ssh-ed25519-cert-v01@openssh.com', 'AAAA', 'certificate'],
    ['ssh-ed448', 'AAAA', 'no type of public key'],
    ['constructor', 'AAAA', 'no type of public key'],
  ])('%s %.20s…', (type, key, problem) => {
    expect(problemOfKey(type, key)).toContain(problem);
  });
});
