import { createCipheriv, createHmac, pbkdf2Sync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { hasErrors } from '../../src/documents/diagnostic.ts';
import { formatDiagnostics } from '../../src/documents/format.ts';
import { encryptAge, recipientOf } from '../../src/secrets/age.ts';
import { readIdentities } from '../../src/secrets/identities.ts';
import { Opener } from '../../src/secrets/opener.ts';
import { recipientsFor } from '../../src/secrets/recipients.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { put } from './folder.ts';
import { mutated } from './mutate.ts';
import type { Random } from './random.ts';
import type { FuzzTarget } from './target.ts';
import { requireTellable } from './tellable.ts';
import { changedTree, writeTree } from './tree.ts';

const FIXTURES = new URL('./fixtures/secrets/', import.meta.url);
const VAULT = new URL('../../src/secrets/fixtures/', import.meta.url);
/** Made for these tests alone. */
const IDENTITY = readFileSync(new URL('identity.txt', FIXTURES), 'utf8');
const [identity] = readIdentities(fileURLToPath(new URL('identity.txt', FIXTURES))).identities;
const PASSWORD = readFileSync(new URL('vault-password.txt', VAULT), 'utf8').trim();
/** Stands in values only, and is not to be seen whatever becomes of the text. */
const CANARY = 'cAnArYvAlUe';

const PLAIN = {
  db_password: `${CANARY}-1`,
  nested: { list: [`${CANARY}-2`, { token: `${CANARY}-3 with words: and more` }], number: 20261127 },
  lines: `${CANARY}-4\n${CANARY}-5\n`,
  made: `{{ db_password }}/${CANARY}-6`,
};

/** As `ansible-vault encrypt` does it, with a salt that is always the same. */
function vault(plain: Buffer): Buffer {
  const salt = Buffer.alloc(32, 7);
  const all = pbkdf2Sync(PASSWORD, salt, 10_000, 80, 'sha256');
  const pad = 16 - (plain.length % 16);
  const cipher = createCipheriv('aes-256-ctr', all.subarray(0, 32), all.subarray(64));
  const encrypted = Buffer.concat([
    cipher.update(Buffer.concat([plain, Buffer.alloc(pad, pad)])),
    cipher.final(),
  ]);
  const mac = createHmac('sha256', all.subarray(32, 64)).update(encrypted).digest('hex');
  const body = Buffer.from(`${salt.toString('hex')}\n${mac}\n${encrypted.toString('hex')}`).toString('hex');
  return Buffer.from(`$ANSIBLE_VAULT;1.1;AES256\n${(body.match(/.{1,80}/g) ?? []).join('\n')}\n`);
}

function openerOf(): Opener {
  return new Opener({
    identities: () => ({ identities: identity === undefined ? [] : [identity], diagnostics: [] }),
    passphrase: async () => undefined,
    vaultPasswords: () => ({
      passwords: [{ id: 'default', password: new Secret(PASSWORD) }],
      diagnostics: [],
    }),
  });
}

const plainTexts = [Buffer.from(writeYaml()), Buffer.from(JSON.stringify(PLAIN))];

function writeYaml(): string {
  const { db_password, nested, made } = PLAIN;
  return `# a comment\ndb_password: ${db_password}\nnested:\n  list: ['${nested.list[0]}', {token: "x"}]\nlines: |\n  ${CANARY}-4\n  ${CANARY}-5\nmade: "${made}"\n`;
}

/** A text of variables changed in some way. */
function plainText(random: Random): Buffer {
  if (random.below(2) === 0) return Buffer.from(writeTree(changedTree(PLAIN, [PLAIN], random), random));
  return mutated(plainTexts, ['!secret {env: HOME}', '!vault |', '&a', '*a', '<<: ', CANARY], random);
}

async function read(input: Buffer): Promise<ReturnType<Opener['read']>> {
  const path = put('encrypted/v.yml', input);
  return openerOf().settle((reader) => reader(path, 'v.yml'));
}

/** What somebody has encrypted, and what is damaged of it; keys, and lists of recipients. */
export const encrypted: readonly FuzzTarget[] = [
  {
    name: 'encrypted_files',
    corpus: [
      readFileSync(new URL('armored.age', FIXTURES)),
      readFileSync(new URL('binary.age', FIXTURES)),
      readFileSync(new URL('passphrase.age', FIXTURES)),
      ...['vault-1.1.yml', 'vault-1.2.yml', 'vault-inline.yml'].map((name) =>
        readFileSync(new URL(name, VAULT)),
      ),
    ],
    words: [
      'age-encryption.org/v1\n',
      '-> X25519 ',
      '-> scrypt AAAA 30\n',
      '--- ',
      '-----BEGIN AGE ENCRYPTED FILE-----\n',
      '$ANSIBLE_VAULT;1.1;AES256\n',
      '$ANSIBLE_VAULT;9;AES\n',
      '!vault |\n',
      '33',
    ],
    async run(input) {
      const { document, diagnostics } = await read(input);
      requireTellable(diagnostics);
      if (document === undefined && !hasErrors(diagnostics))
        throw new Error('neither a document nor an error');
    },
  },
  {
    name: 'secret_texts',
    corpus: plainTexts,
    words: ['!secret {env: HOME}', '!vault |', '&a ', '*a', '<<: ', ': ', '- '],
    shapes: [plainText],
    async run(input, random) {
      const byAge = random.below(2) === 0 && identity !== undefined;
      const file = byAge
        ? Buffer.from(await encryptAge(input, { recipients: [await recipientOf(identity)] }))
        : vault(input);
      const { document, diagnostics } = await read(file);
      requireTellable(diagnostics);
      if (document === undefined && !hasErrors(diagnostics))
        throw new Error('neither a document nor an error');
      // Names of keys may be told.
      const told = formatDiagnostics(diagnostics).replaceAll(/(?:key|values? of) `[^`]*`/g, '');
      if (told.includes(CANARY.slice(0, 8))) throw new Error(`a secret is told: ${told.slice(0, 500)}`);
    },
  },
  {
    name: 'identities',
    corpus: [Buffer.from(IDENTITY)],
    words: [
      'AGE-SECRET-KEY-1',
      'AGE-SECRET-KEY-PQ-1',
      'AGE-PLUGIN-',
      '# ',
      'ssh-ed25519 ',
      '-----BEGIN ',
      'age1',
    ],
    run(input) {
      const { identities, diagnostics } = readIdentities(put('identities/identity.txt', input));
      requireTellableFile(diagnostics);
      if ((identities.length === 0) !== hasErrors(diagnostics)) throw new Error('neither keys nor an error');
    },
  },
  {
    name: 'recipients',
    corpus: [readFileSync(new URL('recipients.txt', FIXTURES))],
    words: ['age1', 'age1pq1', 'ssh-ed25519 AAAA', 'AGE-SECRET-KEY-1', '#', 'q'.repeat(60)],
    async run(input) {
      put('recipients/.provision-recipients', input);
      const found = await recipientsFor(put('recipients/v.yml', ''), []);
      if (found === 'none') throw new Error('the file beside it was not found');
      if (!found.ok && found.message === '') throw new Error('no reason');
    },
  },
];

/** Of these, no line may be shown: they are told of as whole files. */
function requireTellableFile(diagnostics: Parameters<typeof requireTellable>[0]): void {
  const told = formatDiagnostics(diagnostics);
  if (/SECRET-KEY-(?:PQ-)?1[0-9A-Z]{8}/.test(told)) throw new Error(`a key is told: ${told.slice(0, 500)}`);
  for (const { message, file } of diagnostics) {
    if (message === '' || file === undefined) throw new Error('a diagnostic without a message or a file');
  }
}
