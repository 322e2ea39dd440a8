import { expect, it } from 'vitest';
import { mirrorOfDeb822, mirrorOfList } from '../lab/mirror.ts';

const DEB822 = `# made by an installer
Types: deb
URIs: http://security.example/debian-security
Suites: bookworm-security
Components: main

Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm
 bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`;

it('finds the archive in a file of the deb822 format, behind others', () => {
  expect(mirrorOfDeb822(DEB822)).toBe('http://mirror.example/debian');
});

it('passes over stanzas that are switched off, or hold no packages', () => {
  expect(mirrorOfDeb822(DEB822.replace('Types: deb deb-src', 'Enabled: no\nTypes: deb'))).toBeUndefined();
  expect(mirrorOfDeb822(DEB822.replace('Types: deb deb-src', 'Types: deb-src'))).toBeUndefined();
});

it('finds the archive in a list of one-line entries', () => {
  const list = `# deb http://old.example/debian bookworm main
deb http://security.example/debian-security bookworm-security main
deb https://tool.example/apt tool-bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian trixie main non-free # ours
`;
  expect(mirrorOfList(list)).toBe('http://mirror.example/debian');
  expect(mirrorOfList('deb-src http://mirror.example/debian trixie main\n')).toBeUndefined();
});
