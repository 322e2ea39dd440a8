import type { PathEffect } from '../../engine/effect.ts';
import { type HostLook, type HostLookKind, hostLook, LookError, type Prediction } from '../../engine/look.ts';
import type { Overlay } from '../../engine/overlay.ts';
import { joinShell, sh } from '../../shell/quote.ts';
import { candidates, dropInFolders } from './paths.ts';
import { readBlock } from './read-block.ts';
import { type BroughtFile, readUnitFile, type UnitAnswer, withBrought } from './state.ts';

interface UnitQuery {
  /** With its suffix: `ssh.service`. */
  readonly unit: string;
  /** Files that earlier steps write or remove, in order. */
  readonly brought: readonly BroughtFile[];
}

const PROPERTIES =
  'Id,LoadState,ActiveState,UnitFileState,NeedDaemonReload,FragmentPath,SourcePath,DropInPaths,Type,RemainAfterExit';

/**
 * Units by name; one `systemctl show` for all of them (about 10 ms).
 *
 * The first line is `systemd`, or the name of the first process where that is not systemd. Then comes a line
 * a unit about its files (see `files` in the script), followed by its drop-ins (`+ PATH`) and by the hashes of
 * the files that are going to be replaced; then a line with the mark, and the blocks of `systemctl`.
 */
const unitKind: HostLookKind<UnitQuery, UnitAnswer> = {
  name: 'unit',
  script(queries) {
    const units = queries.map(({ unit }) => unit);
    return joinShell([
      sh`if [ ! -d /run/systemd/system ]; then read -r init </proc/1/comm; printf '%s\\n' "$init"; exit 0; fi
echo systemd
any() { [ -e "$1" ] || [ -L "$1" ]; }
files() {
  unit=$1; shift
  path=-; install=0; linked=0; sysv=-
  for p; do if [ -f "$p" ] && [ ! -L "$p" ]; then path=$p; break; fi; done
  [ $path = - ] || ! grep -q '^[[:space:]]*\\[Install\\]' "$path" || install=1
  for d in wants requires; do any /etc/systemd/system/*.$d/"$unit" && linked=1; done
  name=\${unit%.service}
  if [ -x "/etc/init.d/$name" ]; then sysv=0; any /etc/rc[2-5].d/S[0-9][0-9]"$name" && sysv=1; fi
  printf '%s %s %s %s\\n' "$install" "$linked" "$sysv" "$path"
}
dropins() { for d; do for p in "$d"/*.conf; do [ ! -s "$p" ] || printf '+ %s\\n' "$p"; done; done; }
sum() { for p; do if [ -f "$p" ]; then sha256sum -- "$p"; else echo '- -'; fi; done; }`,
      ...queries.flatMap(({ unit, brought }) => [
        sh`files ${unit} ${candidates(unit)}`,
        sh`dropins ${dropInFolders(unit)}`,
        sh`sum ${brought.map(({ path }) => path)}`,
      ]),
      sh`printf '%s\\n' "$MARK"
systemctl show --no-pager -p ${PROPERTIES} -- ${units}`,
    ]);
  },
  parse({ stdout, code, mark }, queries) {
    const text = stdout.toString('utf8');
    const init = text.slice(0, text.indexOf('\n'));
    if (init !== 'systemd') return queries.map(() => ({ kind: 'no-systemd', init }));
    if (code !== 0) throw new LookError('systemctl show failed');
    const [files = '', shown = ''] = text.slice(8).split(`${mark}\n`);
    const lines = files.split('\n');
    const blocks = shown.split(/\n\n+/).filter((block) => block.trim() !== '');
    if (blocks.length !== queries.length) throw new LookError('systemctl did not answer for every unit');
    return queries.map(({ brought }, index) => {
      const [install, linked, sysv, ...path] = (lines.shift() ?? '').split(' ');
      const now = readBlock(blocks[index] ?? '', {
        installable: install === '1',
        linked: linked === '1',
        sysv: sysv === '-' ? undefined : sysv === '1',
        path: path.join(' '),
        dropIns: takeDropIns(lines),
      });
      return brought.reduce((state, file) => withBrought(state, file, sumOf(lines.shift() ?? '')), now);
    });
  },
  predict: predictUnit,
};

/** Asks for a unit, by its name with suffix. */
export function unitLook(unit: string): HostLook<UnitAnswer> {
  return hostLook(unitKind, { unit, brought: [] }, unit);
}

function takeDropIns(lines: string[]): readonly string[] {
  const found: string[] = [];
  while (lines[0]?.startsWith('+ ') === true) found.push((lines.shift() ?? '').slice(2));
  return found;
}

/** A line of sha256sum; a backslash before it says that the name was escaped. */
function sumOf(line: string): string {
  return line.replace(/^\\/, '').split(' ')[0] ?? '';
}

function predictUnit(query: UnitQuery, overlay: Overlay): Prediction<UnitAnswer> | undefined {
  if (query.brought.length > 0) return undefined;
  const { unit } = query;
  const effects = [
    ...candidates(unit).flatMap((path) => broughtAt(path, overlay)),
    ...dropInFolders(unit)
      .flatMap((folder) => overlay.below(folder))
      .filter(({ path }) => path.endsWith('.conf'))
      .filter(({ path }, index, all) => all.findLastIndex((other) => other.path === path) === index),
  ];
  const brought: BroughtFile[] = [];
  for (const { path, state, content, sha256 } of effects) {
    const role = path.endsWith('.conf') ? 'drop-in' : 'unit file';
    const text = content === undefined ? undefined : Buffer.from(content).toString('utf8');
    if (state.exists && text !== undefined) {
      brought.push({ path, sha256: sha256 ?? '', role, ...readUnitFile(text) });
    } else if (!state.exists && role === 'drop-in') {
      brought.push({ path, sha256: '-', role, installable: false });
    } else {
      return {
        unknown: `an earlier step changes ${path}: what systemd makes of it is known only after that`,
      };
    }
  }
  if (brought.length === 0) return undefined;
  const id = JSON.stringify(brought.map(({ path, sha256 }) => [path, sha256]));
  return { insteadOf: hostLook(unitKind, { unit, brought }, `${unit}:${id}`) };
}

function broughtAt(path: string, overlay: Overlay): readonly PathEffect[] {
  const found = overlay.path(path);
  // A folder above it is new: that says nothing about the unit, which may lie in another folder.
  if (found === undefined || 'absent' in found) return [];
  if ('effect' in found) return [found.effect];
  return [{ type: 'path', path, state: { exists: false } }];
}
