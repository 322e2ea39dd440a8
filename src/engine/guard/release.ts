import { joinShell, type Shell, sh } from '../../shell/quote.ts';
import { cleanUp, findDirectory, WATCHED } from './host-files.ts';

/**
 * Ends a guard: the change stays. Prints `disarmed`; `late` when the host has begun to go back before; `gone` when there
 * is no such guard any more.
 */
export function disarmScript(token: string): Shell {
  return joinShell([
    findDirectory(token),
    sh`if [ -z "$G" ]; then echo gone; exit 0; fi
if ! mv "$G/armed" "$G/disarmed" 2>/dev/null; then
  if [ -e "$G/disarmed" ]; then echo disarmed; elif [ -e "$G/firing" ]; then echo late; else echo gone; fi
  exit 0
fi
# Or a host that loses its power now would take back, when it starts, what it was told to keep.
p_sync "$G"
${WATCHED}
if watched "$G"; then kill -- "-$pid" 2>/dev/null || kill "$pid" 2>/dev/null || :; fi`,
    cleanUp(token),
    sh`echo disarmed`,
  ]);
}

/**
 * Has the host go back now, and waits for it. Prints `rolled-back`, or `gone` when there is no such guard (any more), or
 * `failed` and what could not be put back, or `waiting` when that takes too long.
 */
export function fireScript(token: string): Shell {
  return joinShell([
    findDirectory(token),
    sh`if [ -z "$G" ]; then echo gone; exit 0; fi
: >"$G/fire"
${WATCHED}
watched "$G" || /bin/sh "$G/run" "$G" now </dev/null >/dev/null 2>&1 || :
tries=0
while [ -d "$G" ] && [ ! -e "$G/failed" ] && [ $tries -lt 35 ]; do tries=$((tries + 1)); sleep 1; done
if [ -e "$G/failed" ]; then echo failed; cat "$G/failed"; exit 0; fi
if [ -d "$G" ]; then echo waiting; else echo rolled-back; fi`,
  ]);
}
