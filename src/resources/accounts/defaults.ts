import { Unpredictable, type View } from '../../engine/view.ts';
import { contentLook } from '../../looks/content.ts';

/** What a host gives new accounts that do not say otherwise: login.defs(5) and the defaults of useradd(8). */
export interface AccountDefaults {
  /** Where homes are made: `/home`. */
  readonly homes: string;
  /** Mode of a new home, four octal digits: HOME_MODE, else what UMASK leaves of 0777. */
  readonly homeMode: string;
  /** What a new home starts with. */
  readonly skel: string;
  readonly shell: string;
  /** Every user gets a group of its own (USERGROUPS_ENAB). */
  readonly userGroups: boolean;
  /** The group of those that do not: a name or a number in text. */
  readonly group: string;
  /** Ranges for numbers the host chooses, both ends included. */
  readonly uids: NumberRange;
  readonly gids: NumberRange;
  readonly systemUids: NumberRange;
  readonly systemGids: NumberRange;
}

export interface NumberRange {
  readonly min: number;
  readonly max: number;
}

const LOGIN_DEFS = '/etc/login.defs';
const USERADD = '/etc/default/useradd';

/** The looks behind `accountDefaults`; ask them together with others to save a trip. */
export const DEFAULTS_LOOKS = [contentLook(LOGIN_DEFS), contentLook(USERADD)] as const;

/** The defaults for new accounts on this host, as earlier steps will have left them. */
export function accountDefaults(view: View): AccountDefaults {
  const [loginDefs, useradd] = view.see(...DEFAULTS_LOOKS);
  return readDefaults(textOf(loginDefs, LOGIN_DEFS), textOf(useradd, USERADD));
}

function textOf(file: { readonly sha256: string | undefined; readonly bytes?: Uint8Array }, path: string) {
  if (file.sha256 === undefined) return undefined;
  if (file.bytes === undefined) throw new Unpredictable(`an earlier step changes ${path}`);
  return Buffer.from(file.bytes).toString('utf8');
}

/** Reads the two files; a host without them (busybox) gets what Debian has. */
export function readDefaults(loginDefs: string | undefined, useradd: string | undefined): AccountDefaults {
  const defs = settings(loginDefs, /^\s*([A-Z_]+)\s+(\S+)/);
  const added = settings(useradd, /^\s*([A-Z_]+)=(\S+)/);
  const number = (name: string, otherwise: number) => numberOf(defs.get(name)) ?? otherwise;
  const range = (name: string, system: boolean): NumberRange => {
    const first = number(`${name}_MIN`, 1000);
    return system
      ? { min: number(`SYS_${name}_MIN`, 101), max: number(`SYS_${name}_MAX`, first - 1) }
      : { min: first, max: number(`${name}_MAX`, 60000) };
  };
  const mode = numberOf(defs.get('HOME_MODE')) ?? 0o777 & ~number('UMASK', 0o022);
  return {
    homes: added.get('HOME') ?? '/home',
    homeMode: mode.toString(8).padStart(4, '0'),
    skel: added.get('SKEL') ?? '/etc/skel',
    shell: added.get('SHELL') ?? '/bin/sh',
    userGroups: loginDefs === undefined || defs.get('USERGROUPS_ENAB')?.toLowerCase() === 'yes',
    group: added.get('GROUP') ?? '100',
    uids: range('UID', false),
    gids: range('GID', false),
    systemUids: range('UID', true),
    systemGids: range('GID', true),
  };
}

function settings(text: string | undefined, line: RegExp): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const one of (text ?? '').split('\n')) {
    const [, name, value] = line.exec(one) ?? [];
    if (name !== undefined && value !== undefined) found.set(name, value.replace(/^"(.*)"$/, '$1'));
  }
  return found;
}

/** As strtol(3) with base 0 reads it: a leading zero makes it octal. */
function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8);
  return /^\d+$|^0x[0-9a-f]+$/i.test(text) ? Number(text) : undefined;
}
