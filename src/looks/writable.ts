import { type HostLook, type HostLookKind, hostLook, LookError, type Prediction } from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { sh } from '../shell/quote.ts';

/** One letter a path: `y` when the acting user may write there, by mode, access control list and mount. */
const writableKind: HostLookKind<string, boolean> = {
  name: 'writable',
  script(paths) {
    return sh`for p in ${paths}; do if [ -w "$p" ]; then echo y; else echo n; fi; done`;
  },
  parse({ stdout, code }, paths) {
    const lines = stdout.toString('utf8').split('\n');
    if (code !== 0 || lines.length !== paths.length + 1)
      throw new LookError('the host did not say what may be written');
    return paths.map((_, index) => lines[index] === 'y');
  },
  predict: predictWritable,
  place: { of: (path) => path, at: (_, path) => writableLook(path) },
};

/** Asks whether the acting user may write into a directory that is there. */
export function writableLook(path: string): HostLook<boolean> {
  return hostLook(writableKind, path, path);
}

/** Whoever makes a directory may write there, unless it is given away; that is found at apply. */
function predictWritable(path: string, overlay: Overlay): Prediction<boolean> | undefined {
  return overlay.path(path) === undefined ? undefined : { value: true };
}
