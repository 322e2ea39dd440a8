import type { WriteStream } from 'node:tty';
import { createStyle, type Style } from '../reports/style.ts';

type Stream = Pick<WriteStream, 'isTTY' | 'columns'>;

/** Colour is for terminals that want it (https://no-color.org). */
export function colorWanted(stream: Stream, refused: boolean, env = process.env): boolean {
  if (refused || (env.NO_COLOR ?? '') !== '') return false;
  if ((env.FORCE_COLOR ?? '') !== '') return env.FORCE_COLOR !== '0';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** Whether the locale has more than ASCII (POSIX: LC_ALL wins over LC_CTYPE, which wins over LANG). */
export function unicodeWanted(env = process.env): boolean {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '');
  return locale !== undefined && /utf-?8/i.test(locale);
}

/** How text may look on a stream. Lines are wrapped for terminals only. */
export function styleFor(stream: Stream, noColor: boolean): Style {
  return createStyle({
    color: colorWanted(stream, noColor),
    unicode: unicodeWanted(),
    ...(stream.isTTY === true ? { width: stream.columns || 80 } : {}),
  });
}

/** A live display needs a terminal that can move its cursor. */
export function canDrawLive(stream: Stream, env = process.env): boolean {
  return stream.isTTY === true && env.TERM !== 'dumb' && (env.CI ?? '') === '';
}
