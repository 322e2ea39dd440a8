import { expect, test } from 'vitest';
import { formatDiagnostics } from '../documents/format.ts';
import { parseYamlDocument } from '../documents/yaml.ts';
import { sameAsHosts, unmaskable } from './weak.ts';

function read(text: string) {
  return parseYamlDocument(text, 'db.yml.age', { secret: true }).document!;
}

test('secrets that are too short to be masked are named, and not shown', () => {
  const document = read(`
password: "x9"
users: [{ name: ann, pin: 4711 }, { name: bob, pin: "4711", code: "123" }]
port: 22
debug: true
nothing: ""
long: correct horse
`);
  expect(formatDiagnostics(unmaskable(document))).toBe(
    'db.yml.age:2:1: warning: the values of `password`, `users[0].pin` and `users[1].code` are too short to be masked where a host or a command prints it\nhint: take longer secrets (a number of four or five digits in quotes), hide such output with `no_log`, and move what is no secret to a file that is not encrypted',
  );
  expect(unmaskable(read('long: correct horse\n'))).toEqual([]);
});

test('a secret that is the name of a host is told', () => {
  const found = sameAsHosts(read('a: { b: backup }\nc: other\n'), new Set(['backup', 'web1']));
  expect(found).toMatchObject([
    { severity: 'warning', code: 'secret-is-host', message: expect.stringContaining('`a.b`') },
  ]);
  expect(formatDiagnostics(found)).not.toContain('backup');
});
