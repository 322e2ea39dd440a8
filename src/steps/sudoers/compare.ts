import { createHash } from 'node:crypto';
import type { Comparison } from '../../engine/step-kind.ts';
import { fail, Unpredictable, type View } from '../../engine/view.ts';
import { accountLook } from '../../looks/account.ts';
import { contentLook } from '../../looks/content.ts';
import { groupLook } from '../../looks/group.ts';
import { statLook } from '../../looks/stat.ts';
import { toolLook } from '../../looks/tool.ts';
import { wantAbsent, wantFile } from '../../resources/path.ts';
import { sh } from '../../shell/quote.ts';
import { checkScript, sudoersCheckLook } from './check.ts';
import { contentOf, requireName } from './content.ts';
import type { SudoersArgs } from './schema.ts';

const DIRECTORY = '/etc/sudoers.d';

/** A file of rules for sudo that visudo has found right, or none. */
export function compare(args: SudoersArgs, view: View): Comparison {
  const { name } = args;
  const path = `${DIRECTORY}/${name}`;
  if (args.state === 'absent') return wantAbsent(view, { path });
  requireName(name);
  const content = contentOf(args);
  requireRoot(view);
  const bytes = Buffer.from(content);
  const [visudo] = view.see(
    toolLook('visudo'),
    contentLook('/etc/sudoers'),
    // What `wantFile` will ask, in the same trip.
    ...[statLook(path), statLook(DIRECTORY), accountLook('root'), groupLook('root')],
    contentLook(path, createHash('sha256').update(bytes).digest('hex')),
  );
  if (!visudo) fail('this host has no sudo (visudo not found)', 'install sudo in an earlier step');
  requireIncluded(view);
  const file = wantFile(view, {
    path,
    content: bytes,
    mode: '0440',
    owner: 'root',
    group: 'root',
    check: checkScript(name, sh`cat -- "$tmp"`),
  });
  const writes = file.changes.some(({ action, attribute }) => action === 'create' || attribute === 'content');
  if (!writes) return file;
  const [wrong] = view.see(sudoersCheckLook(name, content));
  if (wrong !== undefined) fail(`visudo refuses ${path}: ${wrong}`, 'see sudoers(5) for what it may hold');
  return file;
}

/** Only root may read what sudo is told. */
function requireRoot(view: View): void {
  if (view.actingUser === 'root') return;
  fail(
    `"${view.actingUser}" may not read the rules of sudo on this host`,
    'set "become: true" on the step or the play',
  );
}

/** Fails when sudo does not read the directory: the file would have no effect. */
function requireIncluded(view: View): void {
  const [main] = view.see(contentLook('/etc/sudoers'));
  if (main.sha256 === undefined) fail('/etc/sudoers does not exist on this host', 'install sudo anew');
  if (main.bytes === undefined) throw new Unpredictable('an earlier step changes /etc/sudoers');
  const text = Buffer.from(main.bytes).toString('utf8');
  if (/^[ \t]*[#@]includedir[ \t]+"?\/etc\/sudoers\.d\/?"?[ \t]*\r?$/m.test(text)) return;
  fail(
    `/etc/sudoers of this host does not include ${DIRECTORY}: the rules would have no effect`,
    `add the line "@includedir ${DIRECTORY}" to /etc/sudoers`,
  );
}
