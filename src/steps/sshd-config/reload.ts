import type { Action, ActionResult, ActionVerdict } from '../../engine/step-kind.ts';
import { SOCKETS } from '../../looks/sshd/daemon.ts';
import { LISTENER } from '../../looks/sshd/listener.ts';
import { nameOf, parentOf } from '../../resources/host-path.ts';
import { temporaryName } from '../../resources/temporary.ts';
import { cutText } from '../../secrets/cut-text.ts';
import { bytesInput } from '../../shell/input.ts';
import { type Shell, sh } from '../../shell/quote.ts';

/** What stood at a path before: it is put back when sshd does not take the change. */
export interface Undo {
  readonly path: string;
  /** Undefined when there was no file. */
  readonly before:
    | { readonly bytes: Uint8Array; readonly mode: string; readonly owner: string; readonly group: string }
    | undefined;
}

/**
 * Has the running server read its configuration, and waits until it has: it writes its pid file anew. A server that does not
 * come back, or a configuration that sshd does not take after all, undoes the change, and the server is started again with
 * what there was.
 *
 * @param options those of the running server that count for its configuration.
 */
export function reloadAction(options: readonly string[], undo: Undo | undefined): Action {
  const bytes = Buffer.from(undo?.before?.bytes ?? []);
  return {
    title: 'having sshd read its configuration',
    input: bytesInput(bytes),
    judge: judgeReload,
    script: scriptOf(options, undo),
  };
}

/** The same without anything to undo, for a rollback that has put the old file back itself. */
export function reloadScript(options: readonly string[]): Shell {
  return sh`(${scriptOf(options, undefined)})`;
}

function scriptOf(options: readonly string[], undo: Undo | undefined): Shell {
  return sh`
${undoFunction(undo)}
${LISTENER}
pidfile= pid=
listens() { title "$1" >/dev/null; }
for f in /run/sshd.pid /var/run/sshd.pid; do
  if [ -r "$f" ] && read -r p <"$f" && listens "$p"; then pidfile=$f pid=$p; break; fi
done
if [ -z "$pid" ]; then
  for d in /proc/[0-9]*; do if listens "\${d#/proc/}"; then pid=\${d#/proc/}; break; fi; done
fi
if ! said=$(sshd -t ${options} 2>&1); then undo; printf '%s\\n' "$said"; exit 3; fi
[ -n "$pid" ] || exit 0
unit= verb=reload
if [ -d /run/systemd/system ]; then
  for u in ssh.service sshd.service; do
    if [ "$(systemctl show -p MainPID --value "$u" 2>/dev/null)" = "$pid" ]; then unit=$u; break; fi
  done
  # After a SIGHUP it would try to listen itself, at a port that systemd holds. Open connections outlive a restart.
  if systemctl --quiet is-active ${SOCKETS}; then verb=restart; fi
fi
stamp() { stat -c '%d:%i:%Y:%Z' "$pidfile" 2>/dev/null || echo none; }
comes_back() {
  tries=0
  while [ $tries -lt 100 ]; do
    sleep 0.1
    if [ -n "$pidfile" ] && [ "$(stamp)" != "$before" ] && read -r p <"$pidfile" && listens "$p"; then pid=$p; return 0; fi
    if [ -z "$pidfile" ] && [ $tries -ge 10 ] && listens "$pid"; then return 0; fi
    if [ $verb = reload ] && [ ! -e "/proc/$pid" ]; then return 1; fi
    tries=$((tries + 1))
  done
  return 1
}
reload() {
  before=$(stamp)
  if [ -n "$unit" ]; then systemctl --no-ask-password $verb "$unit" || return 1; else kill -HUP "$pid" || return 1; fi
  comes_back
}
# With the old settings in place, by whatever means are left.
return_to() {
  before=$(stamp)
  if [ $verb = reload ] && listens "$pid"; then kill -HUP "$pid"; if comes_back; then return 0; fi; fi
  if [ -n "$unit" ]; then systemctl --no-ask-password restart "$unit"; elif ! listens "$pid"; then "$sshd" ${options}; fi
}
if reload >&2; then exit 0; fi
undo
return_to >&2 || exit 5
exit ${undo === undefined ? 0 : 4}`;
}

function undoFunction(undo: Undo | undefined): Shell {
  if (undo === undefined) return sh`undo() { :; }`;
  const { path, before } = undo;
  const directory = parentOf(path);
  if (before === undefined) return sh`undo() { rm -f -- ${path}; p_sync ${directory} || :; }`;
  const temporary = `${directory}/${temporaryName(nameOf(path))}`;
  return sh`undo() {
  cat >${temporary}; chown -- ${`${before.owner}:${before.group}`} ${temporary}; chmod ${before.mode} ${temporary}
  p_sync ${temporary} || :; p_move ${temporary} ${path}; p_sync ${directory} || :
}`;
}

function judgeReload({ code, stdout, stderr }: ActionResult): ActionVerdict {
  if (code === 0) return {};
  const said = [stdout, stderr].map((one) => one.toString('utf8').trim()).filter((one) => one !== '');
  const tail = said.length === 0 ? '' : `: ${cutText(said.join('; '), 500)}`;
  if (code === 3) return { failure: `sshd does not take its configuration, so the change is undone${tail}` };
  if (code === 4) {
    return {
      failure: `sshd did not come back with the new configuration, so the change is undone and it runs with the old one${tail}`,
      hint: 'see "journalctl -u ssh" on the host: a port may be in use',
    };
  }
  return { failure: `sshd could not be reloaded, and is not as before${tail}` };
}
