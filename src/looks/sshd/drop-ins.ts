import { type HostLook, type HostLookKind, hostLook, LookError, type Prediction } from '../../engine/look.ts';
import type { Overlay } from '../../engine/overlay.ts';
import { sh } from '../../shell/quote.ts';

/** The files of a directory by name, hidden ones left out. */
export type DropIns = ReadonlyMap<string, string>;

/** No configuration is larger, in bytes. */
const LIMIT = 64 * 1024;

/**
 * The regular files of a directory with what is in them (links are followed, as sshd follows them). For each a line `f`, its
 * name, the mark, its bytes, the mark; a line `end` behind the last one of each directory.
 */
const observedKind: HostLookKind<string, DropIns> = {
  name: 'sshd drop-ins',
  inShell: true,
  sameForAll: true,
  script(directories) {
    return sh`for d in ${directories}; do
  for f in "$d"/*; do
    if [ -f "$f" ] && [ -r "$f" ]; then
      printf 'f\\n%s\\n%s\\n' "\${f##*/}" "$MARK"
      dd bs=${LIMIT + 1} count=1 iflag=fullblock <"$f" 2>/dev/null
      printf '\\n%s\\n' "$MARK"
    fi
  done
  printf 'end\\n'
done`;
  },
  parse({ stdout, mark }, directories) {
    let rest = stdout.toString('latin1');
    const until = (end: string): string => {
      const at = rest.indexOf(end);
      if (at < 0) throw new LookError('the files of sshd could not be read');
      const part = rest.slice(0, at);
      rest = rest.slice(at + end.length);
      return part;
    };
    return directories.map(() => {
      const files = new Map<string, string>();
      while (until('\n') === 'f') {
        const name = until(`\n${mark}\n`);
        const text = until(`\n${mark}\n`);
        if (text.length > LIMIT) throw new LookError(`${name} is too large for a configuration of sshd`);
        files.set(name, text);
      }
      return files;
    });
  },
};

const dropInsKind: HostLookKind<string, DropIns> = {
  ...observedKind,
  place: { of: (directory) => directory, at: (_, directory) => dropInsLook(directory) },
  predict: predictDropIns,
};

/** Asks for the files of a directory, texts with a character for each byte. */
export function dropInsLook(directory: string): HostLook<DropIns> {
  return hostLook(dropInsKind, directory, directory);
}

function predictDropIns(directory: string, overlay: Overlay): Prediction<DropIns> | undefined {
  const found = overlay.path(directory);
  if (found !== undefined && 'inTree' in found) return unknown(directory);
  const gone = found !== undefined && ('absent' in found || !found.effect.state.exists);
  const emptied = gone || (found !== undefined && 'effect' in found && found.effect.fresh === true);
  const effects = overlay.below(directory);
  if (!emptied && effects.length === 0) return undefined;
  const texts = new Map<string, string | undefined>();
  for (const { path } of effects) {
    const name = path.slice(directory.length + 1);
    if (name.includes('/') || name.startsWith('.')) continue;
    const now = overlay.path(path);
    if (now === undefined || 'inTree' in now) return unknown(path);
    if ('absent' in now || !now.effect.state.exists || now.effect.state.type === 'directory') {
      texts.set(name, undefined);
    } else if (now.effect.content !== undefined) {
      texts.set(name, Buffer.from(now.effect.content).toString('latin1'));
    } else if (now.effect.sha256 !== undefined || now.effect.state.type !== 'file') return unknown(path);
  }
  const adjust = (observed: DropIns): DropIns => {
    const files = new Map(emptied ? [] : observed);
    for (const [name, text] of texts) {
      if (text === undefined) files.delete(name);
      else files.set(name, text);
    }
    return files;
  };
  return emptied ? { value: adjust(new Map()) } : { adjust };
}

function unknown(path: string): { readonly unknown: string } {
  return { unknown: `an earlier step changes ${path}: what sshd makes of it is known only after that` };
}
