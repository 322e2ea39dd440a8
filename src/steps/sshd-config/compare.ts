import { createHash } from 'node:crypto';
import type { Change } from '../../engine/change.ts';
import type { Comparison } from '../../engine/step-kind.ts';
import { fail, type View } from '../../engine/view.ts';
import { accountLook } from '../../looks/account.ts';
import { connectionLook } from '../../looks/connection.ts';
import { contentLook } from '../../looks/content.ts';
import { groupLook } from '../../looks/group.ts';
import { DROP_INS, MAIN_FILE, type SshdState, sshdLook } from '../../looks/sshd/daemon.ts';
import { dropInsLook } from '../../looks/sshd/drop-ins.ts';
import { readOptions } from '../../looks/sshd/options.ts';
import { statLook } from '../../looks/stat.ts';
import { wantAbsent, wantFile } from '../../resources/path.ts';
import { conflicts, requireInEffect, requireOurs } from './in-effect.ts';
import { reloadAction, reloadScript, type Undo } from './reload.ts';
import type { SshdConfigArgs } from './schema.ts';
import { contentOf } from './text.ts';
import { configLines } from './tree.ts';
import { requireValid } from './valid.ts';

/** A drop-in of sshd with these settings, in effect and loaded. */
export function compare(args: SshdConfigArgs, view: View): Comparison {
  const path = `${DROP_INS}/${requireName(args.name)}.conf`;
  const content = args.state === 'absent' ? undefined : Buffer.from(wantedContent(args));
  requireRoot(view);
  const daemon = sshdLook();
  const sha256 = content === undefined ? undefined : createHash('sha256').update(content).digest('hex');
  const [state] = view.see(
    daemon,
    // What will be asked further on, in the same trip.
    ...[contentLook(MAIN_FILE), dropInsLook(DROP_INS), contentLook(path, sha256)],
    ...[statLook(path), statLook(DROP_INS)],
    ...(content === undefined ? [] : [accountLook('root'), groupLook('root')]),
  );
  if (state.kind === 'absent') {
    if (content === undefined) return wantAbsent(view, { path });
    fail(
      'this host has no OpenSSH server (sshd not found)',
      'install the package "openssh-server" in an earlier step',
    );
  }
  const file =
    content === undefined
      ? wantAbsent(view, { path })
      : wantFile(view, { path, content, mode: '0600', owner: 'root', group: 'root' });
  const writes = file.changes.some(
    ({ action, attribute }) => action !== 'update' || attribute === 'content' || attribute === 'type',
  );
  const running = state.options !== undefined;
  const reloads = running && (writes || state.outdatedBy !== undefined);
  requireFreePort(args, state);
  const { main, others } = readOptions(state.options ?? [], MAIN_FILE);
  const before = configLines(view, main);
  const after = writes ? configLines(view.after(file.effects), main) : before;
  if (content !== undefined) requireOurs(after, path, main);
  const contested = content === undefined ? [] : conflicts(after, path);
  const notes = notesOf(running, state.socket, writes);
  if (!writes && !reloads && contested.length === 0) return { ...file, notes };
  const config = { main, options: others, before, after };
  // Everything that is left to ask goes in one trip.
  if (contested.length > 0) view.prefetch(...requireInEffect.looks(config, contested));
  if (writes || reloads) view.prefetch(connectionLook(), accountLook(view.loginUser));
  requireValid(view, config, running || state.socket !== undefined);
  if (contested.length > 0) requireInEffect(view, config, contested);
  if (!reloads) return { ...file, notes };
  const options = [...(main === MAIN_FILE ? [] : ['-f', main]), ...others];
  const undo = writes ? { path, before: fileBefore(view, path, sha256) } : undefined;
  return {
    ...file,
    changes: [...file.changes, RELOAD],
    effects: [
      ...file.effects,
      { type: 'answer', key: daemon.key, value: { ...state, outdatedBy: undefined } },
    ],
    actions: () => [...file.actions(), reloadAction(options, undo)],
    guard: { what: 'the SSH server', paths: [{ path }], settle: reloadScript(options) },
    notes,
  };
}

const RELOAD: Change = {
  resource: 'service',
  target: 'sshd',
  action: 'update',
  attribute: 'configuration',
  before: 'outdated',
  after: 'loaded',
};

function requireName(name: string): string {
  if (!name.endsWith('.conf')) return name;
  return fail(
    `".conf" is added to the name: the file would be ${name}.conf`,
    `call it "${name.slice(0, -5)}"`,
  );
}

function wantedContent(args: SshdConfigArgs): string {
  if (args.settings !== undefined || args.match !== undefined) return contentOf(args);
  return fail('there is nothing to set', 'give "settings", "match" or both, or "state: absent"');
}

function requireRoot(view: View): void {
  if (view.actingUser === 'root') return;
  fail(
    `"${view.actingUser}" may not read the configuration of sshd on this host`,
    'set "become: true" on the step or the play',
  );
}

/** systemd holds the socket: sshd is given it, and does not look at these. */
function requireFreePort(args: SshdConfigArgs, { socket }: Extract<SshdState, { kind: 'present' }>): void {
  if (socket === undefined || args.state === 'absent') return;
  const keyword = Object.keys(args.settings ?? {}).find((one) =>
    ['port', 'listenaddress', 'addressfamily'].includes(one.toLowerCase()),
  );
  if (keyword === undefined) return;
  fail(
    `"${keyword}" would have no effect: on this host systemd listens for sshd (${socket})`,
    `set ListenStream in a drop-in of ${socket} with a "file" step, or have sshd listen itself (systemctl disable --now ${socket})`,
  );
}

function fileBefore(view: View, path: string, sha256: string | undefined): Undo['before'] {
  const [now] = view.see(statLook(path));
  if (!now.exists || now.type !== 'file') return undefined;
  const [{ bytes }] = view.see(contentLook(path, sha256));
  if (bytes === undefined)
    fail(`${path} is too large for settings of sshd`, 'remove the file, or choose another "name"');
  const { mode, owner, group } = now;
  return { bytes, mode, owner, group };
}

function notesOf(running: boolean, socket: string | undefined, writes: boolean): readonly string[] {
  if (running || socket !== undefined || !writes) return [];
  return ['no running sshd was found on this host: the settings hold from its next start'];
}
