import { readdirSync, readFileSync } from 'node:fs';
import { type HostLook, LookError } from '../../src/engine/look.ts';
import { effectiveLook } from '../../src/looks/sshd/effective.ts';
import { ufwLook } from '../../src/looks/ufw/look.ts';
import { unitLook } from '../../src/looks/unit/look.ts';
import { type Entry, readLine, readWanted, writeEntry } from '../../src/steps/authorized-keys/entry.ts';
import { merge } from '../../src/steps/authorized-keys/merge.ts';
import type { FuzzTarget } from './target.ts';

const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIGPr8N3pTjjB8bGJ0b3mTzvFqXf1SKYf1mS5u1mAGSjb';
const OTHER = 'AAAAC3NzaC1lZDI1NTE5AAAAIGoqnWfMnKM0Xn2dUEtOBvFMZzgbx2p3e8oqCKBPTTp2';
const MARK = '0123456789abcdef';
const CONTEXT = { proofs: new Map(), deep: false, relist: false };

const KEYS = `# managed by hand
ssh-ed25519 ${KEY} ann@example
from="10.0.0.0/8,!10.1.0.0/16",command="echo \\"hi\\"",no-pty ssh-ed25519 ${OTHER} bob with blanks

restrict,environment="A=b c" ssh-ed25519 ${KEY}\r
sk-ssh-ed25519@openssh.com AAAAGnNr who
`;

const fixtures = (kind: string): readonly Buffer[] => {
  const place = new URL(`../../src/looks/${kind}/fixtures/`, import.meta.url);
  return readdirSync(place).map((name) => readFileSync(new URL(name, place)));
};

/** Reads what a host is said to have printed: an answer, or that it makes no sense. */
function read(look: HostLook<unknown>, stdout: Buffer): void {
  const output = { stdout, stderr: Buffer.alloc(0), code: 0, mark: MARK };
  try {
    const answers = look.kind.parse(output, [look.query as never], CONTEXT);
    if (answers.length !== 1) throw new Error(`${answers.length} answers to one question`);
  } catch (error) {
    if (!(error instanceof LookError)) throw error;
    if (error.message === '') throw new Error('no reason');
  }
}

function wanted(line: string): readonly Entry[] {
  const entry = readWanted(line);
  if (!('problem' in entry)) return [entry];
  if (entry.problem === '') throw new Error('a problem without a word');
  return [];
}

/** Files and answers of hosts: what anybody may have written there. */
export const hostFiles: readonly FuzzTarget[] = [
  {
    name: 'authorized_keys',
    corpus: [Buffer.from(KEYS), Buffer.from(`ssh-ed25519 ${KEY} ann\n`)],
    words: [
      'ssh-ed25519 ',
      'ssh-rsa ',
      KEY,
      OTHER,
      '"',
      '\\"',
      ',',
      'command="',
      'from=',
      'restrict ',
      '\t',
      '#',
      'cert-authority ',
      'ssh-ed25519-cert-v01@openssh.com ',
    ],
    run(input, random) {
      const text = input.toString('latin1');
      const all = text.split('\n');
      for (const line of all) {
        const found = readLine(line);
        if (found.text !== line) throw new Error('a line is not kept as it was');
        if (found.kind !== 'entry') continue;
        const again = readLine(writeEntry(found.entry));
        if (again.kind !== 'entry' || again.entry.key.blob !== found.entry.key.blob)
          throw new Error('an entry that was written is not read again');
      }
      const entries = [...wanted(`ssh-ed25519 ${OTHER} new`), ...wanted(random.pick(all))];
      const wish = { path: '/k', entries, exclusive: random.below(4) === 0, absent: random.below(4) === 0 };
      const merged = merge(text, wish);
      const after = merged.text.split('\n').map(readLine);
      for (const { key } of entries) {
        const there = after.some((one) => one.kind === 'entry' && one.entry.key.blob === key.blob);
        if (there === wish.absent)
          throw new Error(`${key.fingerprint} ${there ? 'is still there' : 'is not there'}`);
      }
      if (!wish.exclusive) {
        for (const line of all.map(readLine)) {
          if (line.kind !== 'entry' && !merged.text.includes(line.text)) throw new Error('a line was lost');
        }
      }
      if (merge(merged.text, wish).changes.length > 0)
        throw new Error('a second time there is more to change');
    },
  },
  {
    name: 'ufw',
    corpus: fixtures('ufw'),
    words: [
      '### tuple ### ',
      'allow tcp 22 ',
      'route:limit_log-all ',
      '0.0.0.0/0 ',
      '::/0',
      'any ',
      ' comment=',
      'in_eth0!out_eth1',
      '/etc/ufw/user.rules:',
      '(standard input):',
      `${MARK}\n`,
      'DEFAULT_INPUT_POLICY="DROP"',
      'ENABLED=yes',
      '-A ',
      '-P INPUT ',
    ],
    run: (input) => read(ufwLook(), input),
  },
  {
    name: 'units',
    corpus: fixtures('unit'),
    words: [
      MARK,
      'LoadState=',
      'loaded',
      'masked',
      'UnitFileState=',
      'enabled',
      '/etc/systemd/system/',
      '=',
      '[Install]',
      'WantedBy=',
    ],
    run: (input) => read(unitLook('x.service'), input),
  },
  {
    name: 'sshd_answers',
    corpus: [
      Buffer.from(`port 22\npermitrootlogin no\nacceptenv LANG\nacceptenv LC_*\n${MARK}\n\n${MARK}\n0\n`),
      Buffer.from(`${MARK}\n/dev/stdin line 3: Bad configuration option: X\r\n${MARK}\n255\n`),
    ],
    words: [`${MARK}\n`, 'line 1: ', '/dev/stdin', 'port ', '0\n', ' line 99999999999999999999'],
    run: (input) => read(effectiveLook({ text: 'Port 22\n', options: [], connection: 'user=x' }), input),
  },
];
