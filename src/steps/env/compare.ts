import type { Comparison } from '../../engine/step-kind.ts';
import { converged } from '../../engine/step-kind.ts';
import { fail, Unpredictable, type View } from '../../engine/view.ts';
import type { Account } from '../../looks/account.ts';
import { accountLook } from '../../looks/account.ts';
import { CONTENT_LIMIT } from '../../looks/content.ts';
import { privateFileLook } from '../../looks/private-file.ts';
import { statLook } from '../../looks/stat.ts';
import { wantAbsent } from '../../resources/absent.ts';
import { describeState } from '../../resources/describe.ts';
import { wantFile } from '../../resources/file.ts';
import { normalPath } from '../../resources/host-path.ts';
import { findBlock, withBlock, withoutBlock } from './block.ts';
import type { EnvArgs } from './schema.ts';
import { profileText, settings } from './shell-text.ts';

/** Variables and PATH for login shells: a file in /etc/profile.d, or a block in a user's rc file. */
export function compare(args: EnvArgs, view: View): Comparison {
  if (args.state !== 'absent' && args.set === undefined && args.path === undefined) {
    fail('there is nothing to set', 'give "path", "set" or both, or "state: absent"');
  }
  if (args.set !== undefined && Object.hasOwn(args.set, 'PATH')) {
    fail('PATH cannot be set as a whole', 'list the directories to put in front under "path"');
  }
  if (args.user !== undefined) return userBlock(args, args.user, view);
  const path = `/etc/profile.d/${args.name}.sh`;
  if (args.state === 'absent') return wantAbsent(view, { path });
  const content = Buffer.from(profileText(args));
  return wantFile(view, { path, content, mode: '0644', owner: 'root', group: 'root' });
}

function userBlock(args: EnvArgs, user: string, view: View): Comparison {
  const [account] = view.see(accountLook(user));
  if (!account.exists) {
    fail(
      `the user "${user}" does not exist on this host, and no earlier step creates it`,
      'add a "user" step before this one',
    );
  }
  const home = normalPath(account.home);
  const path = `${home}/${args.rc ?? '.profile'}`;
  // Its user may put a link to /etc/shadow there between two looks, and what is read here ends up in a file of theirs.
  const existing = privateFileLook(home, args.rc ?? '.profile');
  const [now, place, content] = view.see(statLook(path), statLook(home), existing);
  if (place.exists && place.type === 'link') {
    fail(
      `the home of "${user}", ${home}, is a link on this host`,
      'give the user its real directory as home',
    );
  }
  if (now.exists && now.type === 'unknown') throw new Unpredictable(`${path} is made by an earlier command`);
  if (now.exists && now.type !== 'file') {
    fail(
      `${path} is a ${describeState(now)} on this host, not a file`,
      'its owner could lead it anywhere, so it is not followed; put a file there, or choose another "rc"',
    );
  }
  if (now.exists && content.bytes === undefined) {
    fail(
      content.sha256 === undefined
        ? `${path} is no regular file of at most ${CONTENT_LIMIT / 1024} KiB that this user may read`
        : `${path} is larger than ${CONTENT_LIMIT / 1024} KiB, which no rc file is`,
    );
  }
  const before = Buffer.from(content.bytes ?? []).toString('latin1');
  const after = blockText(args, path, before);
  if (after === before && (now.exists || args.state === 'absent')) return converged();
  return wantFile(view, {
    path,
    content: Buffer.from(after, 'latin1'),
    existing: content,
    ...(now.exists ? {} : newFile(account)),
  });
}

/** Its group is the user's, which goes by its number where /etc/group does not know it. */
function newFile({ name }: Account): { mode: string; owner: string } {
  return { mode: '0644', owner: name };
}

function blockText(args: EnvArgs, path: string, before: string): string {
  const found = findBlock(before, args.name);
  if (found.kind === 'broken') {
    fail(
      `the block "${args.name}" in ${path} is damaged: ${found.reason}`,
      'remove what is left of it by hand',
    );
  }
  if (args.state === 'absent') return withoutBlock(before, found);
  return withBlock(before, args.name, found, Buffer.from(settings(args)).toString('latin1'));
}
