import type { HostLook } from '../../engine/look.ts';
import { fail, type View } from '../../engine/view.ts';
import { type ConfigLine, flatten } from '../../looks/sshd/config.ts';
import { type Effective, effectiveLook } from '../../looks/sshd/effective.ts';
import { nameOf } from '../../resources/host-path.ts';
import type { ConfigChange } from './tree.ts';

/** Fails when sshd would not read the file, or read it for some connections only. */
export function requireOurs(lines: readonly ConfigLine[], path: string, main: string): void {
  const ours = lines.filter(({ file }) => file === path);
  const include = 'Include /etc/ssh/sshd_config.d/*.conf';
  if (ours.length === 0) {
    fail(
      `${main} of this host does not include ${path}: the settings would have no effect`,
      `put the line "${include}" at the top of ${main}`,
    );
  }
  const [first] = ours as [ConfigLine];
  // The file's own Match is one deep.
  if (first.under.length === (first.keyword === 'match' ? 1 : 0)) return;
  fail(
    `${main} of this host includes ${path} only under "Match ${first.under[0]}"`,
    `put the line "${include}" before the first "Match" in ${main}`,
  );
}

/** Lines of other files that set for all connections what a file sets for all: the first value wins, or all count. */
export function conflicts(lines: readonly ConfigLine[], path: string): readonly ConfigLine[] {
  const ours = new Set(
    lines.filter(({ file, under }) => file === path && under.length === 0).map(({ keyword }) => keyword),
  );
  return lines.filter(({ file, keyword, under }) => file !== path && under.length === 0 && ours.has(keyword));
}

/** What is in effect for all connections, and what would be if the lines in question were not there. */
function looks(
  config: ConfigChange,
  contested: readonly ConfigLine[],
): readonly [HostLook<Effective>, HostLook<Effective>] {
  const general = config.after.filter(({ under }) => under.length === 0);
  const ask = (lines: readonly ConfigLine[]) =>
    effectiveLook({
      text: flatten(lines).text,
      options: config.options,
      connection: 'user=root,host=localhost,addr=127.0.0.1',
    });
  return [ask(general), ask(general.filter((line) => !contested.includes(line)))];
}

/** Fails when a setting is not what sshd would make of it if no other file spoke of it. */
export function requireInEffect(view: View, config: ConfigChange, contested: readonly ConfigLine[]): void {
  const [now, wanted] = view.see(...looks(config, contested));
  if (!now.ok || !wanted.ok) {
    const said = !now.ok ? now.said : !wanted.ok ? wanted.said : [];
    fail(`sshd cannot say what is in effect: ${said.map(({ message }) => message).join('; ')}`);
  }
  for (const line of contested) {
    const { keyword } = line;
    const [is, asked] = [now, wanted].map(({ values }) => [...(values.get(keyword) ?? [])].sort().join(' '));
    if (is === asked) continue;
    const place = `${line.file}:${line.line}`;
    const name = line.text.split(/[\s=]/, 1)[0];
    fail(
      `${name} would not be "${asked}" but "${is}", because of ${place} ("${line.text}"): sshd takes the first value, or all of them where several lines are allowed`,
      line.file === config.main
        ? `remove that line, or move the line "Include" above it in ${config.main}`
        : `remove that line, or give this file a name that sorts before "${nameOf(line.file)}"`,
    );
  }
}
requireInEffect.looks = looks;
