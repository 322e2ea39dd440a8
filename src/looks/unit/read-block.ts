import { LookError } from '../../engine/look.ts';
import { UNIT_DIRECTORIES, type UnitState } from './state.ts';

/** What was found on disk of a unit. */
export interface UnitFiles {
  readonly installable: boolean;
  readonly linked: boolean;
  /** Whether the runlevels start it, when it is an init script. */
  readonly sysv: boolean | undefined;
  readonly path: string;
  /** On disk, those first that come before others of the same name. */
  readonly dropIns: readonly string[];
}

/** What a block of `systemctl show` and the files on disk say of a unit together. */
export function readBlock(block: string, files: UnitFiles): UnitState {
  const values = new Map(
    block.split('\n').map((line): [string, string] => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  const value = (name: string): string => values.get(name) ?? '';
  if (value('Id') === '' || value('LoadState') === '')
    throw new LookError('systemctl gave an answer without a unit');
  const path = files.path === '-' ? undefined : files.path;
  const script = value('SourcePath').startsWith('/etc/init.d/') ? files.sysv : undefined;
  return {
    kind: 'unit',
    id: value('Id'),
    load: value('LoadState'),
    active: value('ActiveState'),
    file: script === undefined ? value('UnitFileState') : script ? 'enabled' : 'disabled',
    outdated:
      value('NeedDaemonReload') === 'yes' ||
      (value('LoadState') === 'loaded' &&
        (isShadowed(value('FragmentPath'), path) || hasNewDropIn(value('DropInPaths'), files.dropIns))),
    runsOnce: value('Type') === 'oneshot' && value('RemainAfterExit') !== 'yes',
    path,
    installable: files.installable,
    linked: files.linked,
  };
}

/** systemd has loaded a file, but by now another one comes before it: systemctl does not notice that itself. */
function isShadowed(fragment: string, path: string | undefined): boolean {
  if (path === undefined) return false;
  const inDirectory = UNIT_DIRECTORIES.some((directory) => fragment.startsWith(`${directory}/`));
  return inDirectory && plainPath(fragment) !== plainPath(path) && sameUnit(fragment, path);
}

/** A first drop-in for a unit: before version 254 or so systemctl does not notice that either. */
function hasNewDropIn(loaded: string, onDisk: readonly string[]): boolean {
  const known = new Set(loaded.split(' ').map(plainPath));
  const names = new Set<string>();
  return onDisk.some((path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (names.has(name)) return false;
    names.add(name);
    return !known.has(plainPath(path));
  });
}

/** /lib is a link to /usr/lib. */
function plainPath(path: string): string {
  return path.replace(/^\/usr\/lib\//, '/lib/');
}

/** By another name the file may be another one too: the unit was asked for by an alias. */
function sameUnit(left: string, right: string): boolean {
  const name = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  return name(left) === name(right);
}
