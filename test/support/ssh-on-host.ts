import { expect } from 'vitest';
import type { Lab, LabHost } from '../lab/index.ts';

/** Files in a home, and whom to ask about. */
export interface SshQuestion {
  /** By their paths in the home. */
  readonly files: Readonly<Record<string, string>>;
  readonly host: string;
}

export interface SshAnswer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const MARK = 'answer-9d1c';

/** What `ssh -G -F HOME/config` of a host makes of each of the questions, with this directory as its home. */
export async function askSshOn(
  lab: Lab,
  host: LabHost,
  home: string,
  questions: readonly SshQuestion[],
): Promise<readonly SshAnswer[]> {
  const lines = questions.map(({ files, host: about }) => {
    const texts = Object.entries(files).map(
      ([name, text]) => `printf %s '${Buffer.from(text).toString('base64')}' | base64 -d >${name}`,
    );
    return `${texts.join('; ')}; ask '${about}'`;
  });
  const script = `umask 077; export HOME='${home}'; mkdir -p "$HOME/.ssh"; cd "$HOME"
mark() { printf '%s\\n' ${MARK}; }
ask() { mark; ssh -G -F "$HOME/config" "$1" 2>said; s=$?; mark; cat said; mark; echo $s; }
${lines.join('\n')}
cd /; rm -r "$HOME"
`;
  const { code, stdout, stderr } = await lab.exec(host, ['sh'], { stdin: script });
  expect(code, stderr).toBe(0);
  const parts = stdout.split(`${MARK}\n`).slice(1);
  return questions.map((_, index) => ({
    stdout: parts[3 * index] ?? '',
    stderr: parts[3 * index + 1] ?? '',
    status: Number(parts[3 * index + 2]),
  }));
}
