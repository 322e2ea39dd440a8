import { ConfigProblem, flatten, readConfig } from '../../src/looks/sshd/config.ts';
import { matchesGlob } from '../../src/patterns/glob.ts';
import { lookupName, matchesHost, parseKnownHosts } from '../../src/ssh/host-keys/known-hosts.ts';
import { FrameStream } from '../../src/ssh/session/frames.ts';
import type { Random } from './random.ts';
import type { FuzzTarget } from './target.ts';

const MARK = '0123456789abcdef0123456789abcdef';
const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIGPr8N3pTjjB8bGJ0b3mTzvFqXf1SKYf1mS5u1mAGSjb';

const KNOWN_HOSTS = `# a comment
web01,10.0.0.1,!bad ssh-ed25519 ${KEY} comment
[db.example]:2222 ssh-ed25519 ${KEY}
*.example,?x ssh-ed25519 ${KEY}
|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-ed25519 ${KEY}
@revoked * ssh-ed25519 ${KEY}
@cert-authority *.example ssh-ed25519 ${KEY}
`;
const SSHD = `Include /etc/ssh/sshd_config.d/*.conf
Port 22
PermitRootLogin=no
Match User a Address 10.0.0.0/8
  ForceCommand "internal-sftp -l x"
Match all
Subsystem sftp /usr/lib/sftp
`;

/** A stream as the shell writes it: some noise, the begin, and frames. */
function stream(random: Random): {
  readonly bytes: Buffer;
  readonly bodies: readonly Buffer[];
  readonly codes: readonly string[];
} {
  const bodies = Array.from({ length: random.below(5) }, () => body(random));
  const codes = bodies.map(() => String(random.below(256)));
  const frames = bodies.map((one, index) => Buffer.concat([one, Buffer.from(`\n${MARK} ${codes[index]}\n`)]));
  const noise = random.below(2) === 0 ? Buffer.alloc(0) : body(random);
  return { bytes: Buffer.concat([noise, Buffer.from(`${MARK}<\n`), ...frames]), bodies, codes };
}

/** Bytes with pieces of marks among them, but no whole one. */
function body(random: Random): Buffer {
  const parts = Array.from({ length: random.below(6) }, () =>
    random.pick([
      random.bytes(random.below(40)),
      Buffer.from(MARK.slice(0, random.below(32))),
      Buffer.from(`\n${MARK.slice(0, 31)}`),
      Buffer.from('\n'),
    ]),
  );
  const bytes = Buffer.concat(parts);
  return bytes.includes(MARK) ? Buffer.alloc(0) : bytes;
}

function read(bytes: Buffer, random: Random | undefined) {
  const frames = new FrameStream(MARK);
  const found: { body: string; status: string }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end =
      random === undefined
        ? bytes.length
        : Math.min(bytes.length, at + 1 + random.below(random.below(8) === 0 ? 400 : 12));
    // A piece of memory that is used again: what was taken must have been copied.
    const piece = Buffer.from(bytes.subarray(at, end));
    for (const one of frames.push(piece))
      found.push({ body: one.body.toString('latin1'), status: one.status });
    piece.fill(0x5a);
    at = end;
  }
  return { found, begun: frames.begun, rest: frames.rest };
}

/** What is read line by line or byte by byte. */
export const streams: readonly FuzzTarget[] = [
  {
    name: 'frames',
    corpus: [
      Buffer.from(`noise\n${MARK}<\nfirst\n${MARK} 0\n\n${MARK} 1\n`),
      Buffer.from(`${MARK}<\n\n${MARK} 255\n`),
    ],
    words: [MARK, `${MARK}<\n`, `\n${MARK} `, `\n${MARK} 0\n`, MARK.slice(0, 20)],
    run(input, random) {
      const whole = JSON.stringify(read(input, undefined));
      for (let round = 0; round < 2; round += 1) {
        const chunked = JSON.stringify(read(input, random));
        if (chunked !== whole) throw new Error(`in pieces it is read as ${chunked}, as a whole as ${whole}`);
      }
      const { bytes, bodies, codes } = stream(random);
      const { found } = read(bytes, random);
      const wanted = bodies.map((one, index) => ({ body: one.toString('latin1'), status: codes[index] }));
      if (JSON.stringify(found) !== JSON.stringify(wanted))
        throw new Error(`${bytes.toString('base64')} is read wrongly`);
    },
  },
  {
    name: 'known_hosts',
    corpus: [Buffer.from(KNOWN_HOSTS)],
    words: [
      '@revoked ',
      '@cert-authority ',
      '|1|',
      '|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|',
      'ssh-ed25519',
      'ssh-rsa',
      KEY,
      '[',
      ']:22',
      '*',
      '?',
      '!',
      ',',
    ],
    run(input) {
      const text = input.toString('utf8');
      const { lines, problems } = parseKnownHosts(text, 'known_hosts');
      const all = text.split('\n');
      const told = [...lines, ...problems].map(({ line }) => line);
      if (new Set(told).size !== told.length) throw new Error('a line is told twice');
      const meant = all.flatMap((line, index) =>
        line.trim() === '' || line.trim().startsWith('#') ? [] : [index + 1],
      );
      if (String([...told].sort((a, b) => a - b)) !== String(meant)) throw new Error('a line is passed over');
      for (const { reason } of problems) if (reason === '') throw new Error('a problem without a reason');
      for (const { hosts } of lines) {
        for (const name of ['web01', 'db.example', 'x'.repeat(300)])
          matchesHost(hosts, lookupName(name, 2222));
      }
    },
  },
  {
    name: 'sshd_config',
    corpus: [Buffer.from(SSHD), Buffer.from('Match all\nInclude a b\n')],
    words: ['Include ', 'Match ', 'all', 'User ', '"', '=', '*', 'a', 'loop'],
    run(input) {
      const text = input.toString('latin1');
      try {
        const lines = readConfig('/m', text, (pattern) => {
          if (pattern === 'loop') return [{ path: '/loop', text: 'Include loop\n' }];
          const matches = matchesGlob(pattern.slice(pattern.lastIndexOf('/') + 1), 'a.conf');
          return matches === undefined
            ? undefined
            : matches
              ? [{ path: '/d/a.conf', text: text.slice(0, 3000) }]
              : [];
        });
        const flat = flatten(lines);
        const count = flat.text.split('\n').length - 1;
        for (let line = 1; line <= count; line += 1) {
          if (flat.source(line) === undefined) throw new Error(`line ${line} has no source`);
        }
      } catch (error) {
        if (!(error instanceof ConfigProblem)) throw error;
      }
    },
  },
];
