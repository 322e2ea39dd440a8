import type { BecomeMethod } from '../../inventory/become-methods.ts';
import { Shell, sh } from '../../shell/quote.ts';
import { SHELL_BODY } from '../session/prelude.ts';
import type { Marks } from './dialogue.ts';

/** sudo must take it as it is without a terminal; su and doas get nothing that asks. */
const QUICK: Readonly<Record<Exclude<BecomeMethod, 'su'>, Shell>> = {
  sudo: sh`sudo -n -H -u`,
  doas: sh`doas -n -u`,
};

/** The shell of the login user. */
export function ownShell(): string {
  return sh`exec /bin/sh -c ${SHELL_BODY}`.text;
}

/**
 * A shell of another user that needs no password: it can be sent to at once. Messages are asked for in English, as they
 * are read here.
 */
export function quickShell(method: Exclude<BecomeMethod, 'su'>, user: string): string {
  return sh`exec env LC_ALL=C ${QUICK[method]} ${user} /bin/sh -c ${SHELL_BODY}`.text;
}

export interface WatchedShell {
  readonly marks: Marks;
  /** Over a terminal (pty). */
  readonly terminal: boolean;
  /** Absent: the login user's own shell. */
  readonly become?: { readonly method: BecomeMethod; readonly user: string; readonly asks: boolean };
}

/**
 * A shell that says when it has started, and by which process. As in all that a login shell is given (fish, csh), there is
 * no backslash, `!` or newline in it.
 */
export function watchedShell({ marks, terminal, become }: WatchedShell): string {
  const body = terminal ? overTerminal(marks) : sh`echo ${marks.ready} >&2; ${SHELL_BODY_CODE}`;
  const shell = sh`/bin/sh -c ${body.text}`;
  const acting = become === undefined ? shell : becoming(become, marks, body, shell);
  // On a terminal every byte must pass as it is, and nothing that is sent may come back.
  const raw = terminal ? sh`stty raw -echo; ` : sh``;
  const script = sh`${raw}LC_ALL=C; export LC_ALL; echo ${marks.start} $$ >&2; exec ${acting}`;
  return sh`exec /bin/sh -c ${script.text}`.text;
}

const SHELL_BODY_CODE = new Shell(SHELL_BODY);

/** Programs that see a terminal behave otherwise (colours, pagers): they get a pipe. */
function overTerminal({ ready }: Marks): Shell {
  return sh`echo ${ready}; { ${SHELL_BODY_CODE}; } 2>&1 | cat`;
}

function becoming(
  { method, user, asks }: NonNullable<WatchedShell['become']>,
  { prompt }: Marks,
  body: Shell,
  shell: Shell,
): Shell {
  if (method === 'su') return sh`su -s /bin/sh -- ${user} -c ${body.text}`;
  if (method === 'doas') return sh`doas ${asks ? sh`` : sh`-n`} -u ${user} ${shell}`;
  return asks ? sh`sudo -S -p ${prompt} -H -u ${user} ${shell}` : sh`sudo -n -H -u ${user} ${shell}`;
}
