import type { EnvArgs } from './schema.ts';

/** The first line of everything that this step writes into a file of its own. */
const HEADER = '# Managed by provision: what is changed here is put back by the next run.';

/** The content of a file in /etc/profile.d. */
export function profileText(args: EnvArgs): string {
  return `${HEADER}\n${settings(args)}`;
}

/** Assignments for any POSIX shell (and zsh), each line ended by a newline. Sourcing them twice changes nothing more. */
export function settings({ set = {}, path = [] }: EnvArgs): string {
  const variables = Object.entries(set).map(([name, value]) => `export ${name}=${word(String(value))}\n`);
  // The last is put in front first, so that the first ends up in front.
  const entries = [...path].reverse().map((entry) => {
    const text = word(entry);
    return `case ":$PATH:" in *:${text}:*) ;; *) PATH=${text}"\${PATH:+:$PATH}" ;; esac\n`;
  });
  return [...variables, ...entries, ...(path.length > 0 ? ['export PATH\n'] : [])].join('');
}

/**
 * A value as one shell word: `$NAME` and `${NAME}` are expanded, `$$` is a dollar sign, everything else is
 * literal, also backslashes, backquotes and `$(…)`.
 */
export function word(value: string): string {
  const parts = value.split(/(\$\$|\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*\})/);
  const text = parts
    .map((part, index) => {
      if (part === '') return '';
      if (part === '$$') return "'$'";
      if (index % 2 === 1) return `"\${${part.replace(/[${}]/g, '')}}"`;
      return /^[A-Za-z0-9_./:@%+,-]+$/.test(part) ? part : `'${part.replaceAll("'", "'\\''")}'`;
    })
    .join('');
  return text === '' ? "''" : text;
}
