import type { Diagnostic } from '../documents/diagnostic.ts';

/** Arguments that Ansible's modules have under another name. */
const KEYS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  file: { dest: 'path', name: 'path' },
  directory: { dest: 'path', name: 'path' },
  link: { src: 'target', dest: 'path' },
  command: { cmd: 'shell' },
};

const RESTART =
  'a state is what holds afterwards, a restart is an act: a step `command: [systemctl, restart, NAME]` with `when: RESULT.changed` behind the step that changes the settings (see "Commands that can be repeated" in docs/guide.md)';

/** Values of `state` that other kinds, or none, stand for. */
const STATES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  file: {
    directory: 'use the kind `directory`: `directory: { path: … }`',
    link: 'use the kind `link`: `link: { path: …, target: … }`',
    file: 'leave it out: without `content`, `src` and `template` only mode and owner are managed',
    touch: 'leave it out: `content: ""` makes an empty file (and empties one that is there)',
    hard: 'there are no hard links here; for a symbolic one use the kind `link`',
  },
  directory: { directory: 'leave it out' },
  link: { link: 'leave it out' },
  service: {
    restarted: RESTART,
    reloaded: RESTART.replace('[systemctl, restart, NAME]', '[systemctl, reload, NAME]').replace(
      'a restart',
      'a reload',
    ),
  },
};

/** Modes that somebody may have written as a decimal number, as Python and JSON do. */
const DECIMAL_MODES: ReadonlySet<string> = new Set([
  ...['0400', '0440', '0444', '0500', '0550', '0555', '0600', '0640', '0644', '0660', '0664'],
  ...['0700', '0750', '0755', '0770', '0775', '0777'],
]);

/** Hints for what Ansible's users write into the arguments of a kind by habit. */
export function rewordedArgs(kind: string, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const meant = new Set<string>();
  const reworded = diagnostics.map((diagnostic) => {
    const other = renamed(kind, diagnostic);
    if (other !== undefined) meant.add(other);
    const hint = other === undefined ? hintFor(kind, diagnostic) : `write \`${other}\``;
    return hint === undefined ? diagnostic : { ...diagnostic, hint };
  });
  // The key is there, only under another name; of the two that a command may have, the schema asks for the first.
  if (meant.has('shell')) meant.add('argv');
  return reworded.filter(
    ({ code, message }) => code !== 'missing-key' || !meant.has(/needs `(\w+)`$/.exec(message)?.[1] ?? ''),
  );
}

function renamed(kind: string, { code, message }: Diagnostic): string | undefined {
  if (code !== 'unknown-key') return undefined;
  return own(KEYS[kind], /^unknown key `(\w+)`/.exec(message)?.[1]);
}

function hintFor(kind: string, { code, message, hint }: Diagnostic): string | undefined {
  const key = /^`(\w+)`/.exec(message)?.[1];
  if (code === 'not-one-of' && key === 'state')
    return own(STATES[kind], /this is the text "(\w+)"$/.exec(message)?.[1]);
  if (code === 'wrong-type' && (key === 'mode' || key === 'directory_mode')) return modeHint(hint);
  if (code === 'wrong-form' && key === 'sha256')
    return '64 hexadecimal digits, as `sha256sum FILE` prints them';
  return undefined;
}

function modeHint(hint: string | undefined): string | undefined {
  const written = /"(.*)"$/.exec(hint ?? '')?.[1] ?? '';
  const [, octal] = /^0o([0-7]{3,4})$/.exec(written) ?? [];
  if (octal !== undefined) return `write it as text, in quotes: "${octal.padStart(4, '0')}"`;
  const decimal = /^[1-9]\d*$/.test(written) ? Number(written).toString(8).padStart(4, '0') : '';
  if (!DECIMAL_MODES.has(decimal)) return undefined;
  return `write it as text, in quotes: "${decimal}" if ${written} is a decimal number, else "${written.padStart(4, '0')}"`;
}

function own(
  words: Readonly<Record<string, string>> | undefined,
  key: string | undefined,
): string | undefined {
  return words !== undefined && key !== undefined && Object.hasOwn(words, key) ? words[key] : undefined;
}
