import type { AnswerEffect } from '../engine/effect.ts';
import { prefetchNamedPlaces } from '../engine/guard/named-places.ts';
import type { ActionResult, ActionVerdict } from '../engine/step-kind.ts';
import { beforeChanging, fail, type View } from '../engine/view.ts';
import { diskSpaceLook, earlierDiskSpaceLook, readSpace } from '../looks/disk-space.ts';
import { type Shell, sh } from '../shell/quote.ts';
import { parentOf } from './host-path.ts';
import { describeBytes } from './quantity.ts';

/**
 * Fails when there is not enough room for something beside a path. What earlier steps of the same dry run are going to
 * write on that file system is taken off first.
 *
 * @param needed bytes.
 * @param at where the space is asked for; default is the directory that holds the path.
 * @returns the effect that tells later steps.
 */
export function requireSpace(view: View, path: string, needed: number, at = parentOf(path)): AnswerEffect {
  prefetchNamedPlaces(view);
  const [{ available, mount }] = beforeChanging(() => view.see(diskSpaceLook(at)));
  return promiseSpace(view, path, needed, available, mount);
}

/**
 * The same for what is small: what is kept back for root may be used by root, so that a disk that is full for
 * everybody else can still be mended.
 */
export function requireLittleSpace(view: View, path: string, needed: number): AnswerEffect {
  prefetchNamedPlaces(view);
  const look = earlierDiskSpaceLook(parentOf(path));
  const [{ available, withReserve = available, mount }] = beforeChanging(() => view.see(look));
  return promiseSpace(view, path, needed, view.actingUser === 'root' ? withReserve : available, mount);
}

function promiseSpace(
  view: View,
  path: string,
  needed: number,
  available: number,
  mount: string,
): AnswerEffect {
  const key = `space-promised:${mount}`;
  const promised = Number(view.overlay.answer(key)?.value ?? 0);
  if (available - promised < needed) {
    const earlier = promised > 0 ? `, of which earlier steps need ${describeBytes(promised)}` : '';
    fail(
      `No space left for ${path}: needs ${describeBytes(needed)}, ${mount} has ${describeBytes(available)} free${earlier}`,
      `free some space on ${mount}, or choose a path on another file system`,
    );
  }
  return { type: 'answer', key, value: promised + needed };
}

/**
 * For the end of a script that failed, after it has removed what it wrote: says how much space is free where it
 * stands. Read by \`judgeSpace\`.
 */
export const REPORT_SPACE: Shell = sh`df -Pk . 2>/dev/null | { read -r head; read -r line; printf 'space %s\\n' "$line"; }`;

/** The verdict on an action that writes much: names a full disk for what it is. */
export function judgeSpace(title: string, path: string, needed: number, result: ActionResult): ActionVerdict {
  if (result.code === 0) return {};
  const said = result.stderr.toString('utf8').trim();
  if (!/No space left on device|Disk quota exceeded/.test(said)) {
    const last = said.split('\n').at(-1) ?? '';
    return { failure: `${title} failed${last === '' ? ` with status ${result.code}` : `: ${last}`}` };
  }
  const line = /^space (.*)$/m.exec(result.stdout.toString('utf8'))?.[1];
  const space = line === undefined ? undefined : readSpace(line);
  const free = space === undefined ? '' : `, ${space.mount} has ${describeBytes(space.available)} free`;
  return {
    failure: `No space left for ${path}: needs ${describeBytes(needed)}${free}; what was there is unchanged`,
    hint: 'the disk filled up while it was written; free some space and run again',
  };
}
