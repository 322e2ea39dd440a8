/** A unit of systemd, as `systemctl show` has it. */
export interface UnitState {
  readonly kind: 'unit';
  /** The unit's own name, where it was asked for by another one. */
  readonly id: string;
  /** `loaded`, `not-found`, `masked`, `bad-setting`, `error`. */
  readonly load: string;
  /** `active`, `inactive`, `failed`, `activating`, `deactivating`, `reloading`. */
  readonly active: string;
  /** As `systemctl is-enabled` says it (see its manual page), for init scripts `enabled` or `disabled`. */
  readonly file: string;
  /** The unit file on disk is not the one that systemd has loaded. */
  readonly outdated: boolean;
  /** The unit runs once and is then inactive again: it cannot be kept started. */
  readonly runsOnce: boolean;
  /** The unit file, links and generated files left out. */
  readonly path: string | undefined;
  /** The file has an [Install] section. */
  readonly installable: boolean;
  /** Some other unit's `.wants` or `.requires` folder has a link to it. */
  readonly linked: boolean;
}

export type UnitAnswer =
  | UnitState
  /** No systemd; `init` is what runs as the first process instead. */
  | { readonly kind: 'no-systemd'; readonly init: string };

/** A file of a unit that an earlier step writes or removes. */
export interface BroughtFile {
  readonly path: string;
  /** `-` when it is removed. */
  readonly sha256: string;
  /** `drop-in`: a file in the unit's `.d` folder, which adds to the unit file. */
  readonly role: 'unit file' | 'drop-in';
  readonly installable: boolean;
  /** Absent when the file says nothing about it. */
  readonly runsOnce?: boolean;
}

/** Where unit files are looked for, the first one wins (systemd.unit(5), unit file load path). */
export const UNIT_DIRECTORIES = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
] as const;

/** The file names of a unit: an instance is made from its template. */
export function unitFileNames(unit: string): readonly string[] {
  const template = unit.replace(/@[^.]+\./, '@.');
  return template === unit ? [unit] : [unit, template];
}

/** What a unit becomes when a file is written; `shaNow`: of the file that lies there now, `-` for none. */
export function withBrought(now: UnitState, brought: BroughtFile, shaNow: string): UnitState {
  if (shaNow === brought.sha256) return now;
  const runsOnce = brought.runsOnce ?? now.runsOnce;
  const wasLoaded = now.load !== 'not-found';
  if (brought.role === 'drop-in') return { ...now, outdated: wasLoaded, runsOnce };
  const here = now.path === undefined ? undefined : rank(now.path);
  if (now.load !== 'masked' && here !== undefined && here < rank(brought.path)) return now;
  const { path, installable } = brought;
  const file = !installable ? 'static' : now.file === 'enabled' || now.linked ? 'enabled' : 'disabled';
  return { ...now, load: 'loaded', file, outdated: wasLoaded, path, installable, runsOnce };
}

/** What a masked unit is once it is not masked any more. */
export function unmasked(now: UnitState): UnitState {
  if (now.path === undefined && now.file === 'masked') return { ...now, load: 'not-found', file: '' };
  const file = now.linked ? 'enabled' : now.installable ? 'disabled' : 'static';
  return { ...now, load: 'loaded', file };
}

/** Reads a unit file's text for what decides how it can be managed. */
export function readUnitFile(text: string): Pick<BroughtFile, 'installable' | 'runsOnce'> {
  const last = (name: string): string | undefined =>
    [...text.matchAll(new RegExp(`^\\s*${name}\\s*=\\s*(.*?)\\s*$`, 'gm'))].at(-1)?.[1];
  const type = last('Type');
  const remains = /^(1|yes|true|on|y|t)$/i.test(last('RemainAfterExit') ?? '');
  return {
    installable: /^\s*\[Install\]/m.test(text),
    ...(type === undefined ? {} : { runsOnce: type === 'oneshot' && !remains }),
  };
}

function rank(path: string): number {
  const directory = path.slice(0, path.lastIndexOf('/'));
  return (UNIT_DIRECTORIES as readonly string[]).indexOf(directory);
}
