import type { Action, ActionResult, ActionVerdict } from '../../engine/step-kind.ts';
import { sh } from '../../shell/quote.ts';

/** Makes systemd read its unit files again. */
export function reloadAction(): Action {
  return { title: 'making systemd read its unit files', script: sh`systemctl daemon-reload` };
}

/** A verb of systemctl that changes links only. */
export function linkAction(verb: 'enable' | 'disable' | 'mask' | 'unmask', unit: string): Action {
  const script = sh`systemctl --no-ask-password ${verb} -- ${unit}`;
  // A mask that ends at the next boot is another link.
  const runtime = sh`systemctl --no-ask-password ${verb} --runtime -- ${unit} 2>/dev/null || :`;
  const both = verb === 'unmask' || verb === 'disable' ? sh`${script}; ${runtime}` : script;
  return { title: `${VERBS[verb]} ${unit}`, script: both };
}

const VERBS = { enable: 'enabling', disable: 'disabling', mask: 'masking', unmask: 'unmasking' } as const;

/** Stops a unit; `systemctl` waits until it has ended. */
export function stopAction(unit: string): Action {
  return { title: `stopping ${unit}`, script: sh`systemctl --no-ask-password stop -- ${unit}` };
}

/**
 * Starts a unit and waits until it is clear whether it runs: `systemctl start` is content with a service of
 * type `simple` as soon as its process is made, be it that it ends at once. So it must stay active, without a
 * restart, for a second. When it does not, the output says why: the state, then the end of its journal.
 */
export function startAction(unit: string): Action {
  return {
    title: `starting ${unit}`,
    script: sh`unit=${unit}
now() { systemctl show --no-pager -p ActiveState,SubState,NRestarts -- "$unit" | sort | tr '\\n' ' '; }
failed() {
  said=$(systemctl show --no-pager -p ActiveState,SubState,Result,ExecMainStatus -- "$unit" | sort | tr '\\n' ' ')
  printf '%s\\n' "$said"
  journalctl --no-pager -u "$unit" -n 10 -o short-iso >&2 2>&1 || :
  exit 1
}
systemctl reset-failed -- "$unit" 2>/dev/null || :
systemctl --no-ask-password start -- "$unit" >/dev/null || failed
tries=0 calm=0 before=
while [ $calm -lt 5 ]; do
  state=$(now)
  case $state in
    *'ActiveState=active '*) if [ "$state" = "$before" ]; then calm=$((calm + 1)); else calm=0; fi ;;
    *'ActiveState=activating '* | *'ActiveState=reloading '*) calm=0 ;;
    *) failed ;;
  esac
  before=$state
  tries=$((tries + 1))
  [ $tries -lt 50 ] || failed
  sleep 0.2
done`,
    judge: (result) => judgeStart(unit, result),
  };
}

function judgeStart(unit: string, result: ActionResult): ActionVerdict {
  if (result.code === 0) return {};
  const said = new Map(
    result.stdout
      .toString('utf8')
      .trim()
      .split(/\s+/)
      .map((pair): [string, string] => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at), pair.slice(at + 1)];
      }),
  );
  return {
    failure: `${unit} ${outcome(said)}`,
    hint: `see its journal above, or "journalctl -u ${unit}" on the host`,
  };
}

function outcome(said: ReadonlyMap<string, string>): string {
  const [active, sub, how] = [said.get('ActiveState'), said.get('SubState'), said.get('Result')];
  const status = said.get('ExecMainStatus') ?? '0';
  const detail = [how === undefined || how === 'success' ? '' : how, status === '0' ? '' : `status ${status}`]
    .filter((part) => part !== '')
    .join(', ');
  const because = detail === '' ? '' : ` (${detail})`;
  if (active === 'inactive') return `was started, but ended again at once${because}`;
  if (active === 'active') return `keeps starting anew${because}`;
  const state = [active ?? 'unknown', sub].filter((part, index) => index === 0 || part !== active);
  return `did not start: it is ${state.join(', ')}${because}`;
}
