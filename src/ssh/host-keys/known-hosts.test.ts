import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyTypeOf, lookupName, matchesHost, parseKnownHosts } from './known-hosts.ts';

/** A public key of a type, as it travels: length, name, some bytes. */
function publicKey(type: string, seed = 'x'): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(seed.padEnd(40, '.'))]);
}

const ED = publicKey('ssh-ed25519').toString('base64');

function onlyLine(text: string) {
  const { lines, problems } = parseKnownHosts(text, 'kh');
  expect(problems).toEqual([]);
  expect(lines).toHaveLength(1);
  return lines[0]!;
}

const hostName = fc.stringMatching(/^[a-z0-9.-]{1,12}$/);

describe('reading a line', () => {
  test('names, type and key, with place', () => {
    const { lines } = parseKnownHosts(
      `# comment\n\n  web01,10.0.0.1 ssh-ed25519 ${ED} ops@example\r\n`,
      'kh',
    );
    expect(lines).toMatchObject([
      {
        file: 'kh',
        line: 3,
        hosts: { kind: 'plain', patterns: ['web01', '10.0.0.1'] },
        keyType: 'ssh-ed25519',
        key: publicKey('ssh-ed25519'),
      },
    ]);
    expect(lines[0]).not.toHaveProperty('marker');
  });

  test('markers', () => {
    expect(onlyLine(`@revoked * ssh-ed25519 ${ED}`).marker).toBe('revoked');
    expect(onlyLine(`@cert-authority *.internal ssh-ed25519 ${ED}`).marker).toBe('cert-authority');
  });

  test.each([
    ['web01', 'a line needs host names, a key type and a key'],
    [`web01 ssh-ed25519 !!!`, 'the key is damaged'],
    [`web01 ssh-ed25519 ${ED.slice(0, 8)}`, 'the key is damaged'],
    [`web01 ssh-rsa ${ED}`, 'the key is not of the type ssh-rsa that the line names'],
    [`@other web01 ssh-ed25519 ${ED}`, 'unknown marker "@other"'],
    [`|1|abc|def ssh-ed25519 ${ED}`, 'the hashed host name is damaged'],
    [`|2|abc|def ssh-ed25519 ${ED}`, 'the hashed host name is damaged'],
  ])('%s is a problem', (text, reason) => {
    const { lines, problems } = parseKnownHosts(`\n${text}\nweb02 ssh-ed25519 ${ED}\n`, 'kh');
    expect(problems).toEqual([{ file: 'kh', line: 2, reason, revokes: false }]);
    expect(lines.map(({ line }) => line)).toEqual([3]);
  });

  test('a broken revocation is told apart: without it nothing can be trusted', () => {
    expect(parseKnownHosts('@revoked * ssh-ed25519 AAAA', 'kh').problems[0]?.revokes).toBe(true);
  });

  test('any text is read without an exception', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'binary' }), (a, b) => {
        const { lines, problems } = parseKnownHosts(`${a}\n@revoked ${b}`, 'kh');
        expect(lines.length + problems.length).toBeLessThanOrEqual(`${a}\n@revoked ${b}`.split('\n').length);
      }),
    );
  });
});

describe('which hosts a line speaks of', () => {
  const speaks = (patterns: string, name: string): boolean =>
    matchesHost(onlyLine(`${patterns} ssh-ed25519 ${ED}`).hosts, name);

  test.each([
    ['web01', 'web01', true],
    ['web01', 'web011', false],
    ['WEB01', 'web01', true],
    ['a,b,c', 'b', true],
    ['*.internal', 'web01.internal', true],
    ['*.internal', 'internal', false],
    ['web0?', 'web01', true],
    ['web0?', 'web0', false],
    ['*', 'anything', true],
    ['*,!web07', 'web01', true],
    ['*,!web07', 'web07', false],
    ['!web07,*', 'web07', false],
    ['!web07', 'web01', false],
    ['[10.0.0.1]:2222', '[10.0.0.1]:2222', true],
    ['[10.0.0.1]:2222', '10.0.0.1', false],
    ['[*]:2222', '[10.0.0.1]:2222', true],
    ['10.0.0.*', '10.0.0.255', true],
    ['a.c', 'abc', false],
  ])('%s and %s: %s', (patterns, name, expected) => {
    expect(speaks(patterns, name)).toBe(expected);
  });

  test('a hashed line speaks of its one name', () => {
    fc.assert(
      fc.property(
        hostName,
        hostName,
        fc.uint8Array({ minLength: 20, maxLength: 20 }),
        (name, other, bytes) => {
          const salt = Buffer.from(bytes);
          const hash = createHmac('sha1', salt).update(name).digest('base64');
          const hashed = `|1|${salt.toString('base64')}|${hash}`;
          expect(speaks(hashed, name)).toBe(true);
          expect(speaks(hashed, other)).toBe(name === other);
        },
      ),
    );
  });

  test('a name that ssh-keygen -H hashed', () => {
    const line = '|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg=';
    expect(speaks(line, '192.168.1.61')).toBe(true);
    expect(speaks(line, '192.168.1.62')).toBe(false);
  });

  test('wildcards agree with a regular expression', () => {
    const pattern = fc.stringMatching(/^[ab.*?]{1,10}$/);
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[ab.]{0,12}$/), (glob, name) => {
        const expression = new RegExp(
          `^${glob.replace(/\./g, '\\.').replace(/\*/g, '.*').replace(/\?/g, '.')}$`,
        );
        expect(matchesHost({ kind: 'plain', patterns: [glob] }, name)).toBe(expression.test(name));
      }),
      { numRuns: 2_000 },
    );
  });
});

test('the port stands in brackets unless it is 22', () => {
  expect(lookupName('Web01', 22)).toBe('web01');
  expect(lookupName('10.0.0.1', 2222)).toBe('[10.0.0.1]:2222');
  expect(lookupName('fe80::1', 2222)).toBe('[fe80::1]:2222');
});

test('the type inside a key', () => {
  expect(keyTypeOf(publicKey('ssh-rsa'))).toBe('ssh-rsa');
  expect(keyTypeOf(Buffer.from([0, 0, 0, 200, 1]))).toBeUndefined();
  expect(keyTypeOf(Buffer.alloc(3))).toBeUndefined();
});
