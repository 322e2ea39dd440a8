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

/**
 * Where a firewall lets a source in only so often (`limit` of ufw), grants a proof that was refused the time that it takes until
 * the next connection is the first again, and some for that. Prints the seconds to wait; nothing where no rule counts, or one
 * for so long that the change is not left unproven for it, or when the host goes back already.
 *
 * @param more seconds for the proof itself.
 */
export function outwaitScript(token: string, more: number): Shell {
  return joinShell([
    findDirectory(token),
    sh`if [ -z "$G" ] || [ ! -e "$G/armed" ]; then exit 0; fi
most=0
for s in $({ iptables-save; ip6tables-save; } 2>/dev/null | sed -n 's/.* -m recent .*--update .*--seconds \\([0-9]*\\) .*--hitcount .*/\\1/p'); do
  if [ "$s" -gt $most ]; then most=$s; fi
done
if [ $most -eq 0 ] || [ $most -gt ${MOST_WAITED} ]; then exit 0; fi
most=$((most + 1))
echo $((most + ${more})) >"$G/more.new"
mv "$G/more.new" "$G/more"
if [ -e "$G/armed" ]; then echo $most; fi`,
  ]);
}

/** Seconds. ufw counts over 30. */
const MOST_WAITED = 30;
