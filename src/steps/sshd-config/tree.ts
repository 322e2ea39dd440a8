import { fail, Unpredictable, type View } from '../../engine/view.ts';
import { contentLook } from '../../looks/content.ts';
import { type ConfigLine, ConfigProblem, readConfig } from '../../looks/sshd/config.ts';
import { dropInsLook } from '../../looks/sshd/drop-ins.ts';
import { matchesGlob } from '../../patterns/glob.ts';
import { nameOf, normalPath, parentOf } from '../../resources/host-path.ts';

/** A configuration before and after a step. */
export interface ConfigChange {
  readonly main: string;
  readonly options: readonly string[];
  readonly before: readonly ConfigLine[];
  readonly after: readonly ConfigLine[];
}

/** The lines of the whole configuration as a view has it, in sshd's order. Fails where they cannot be told. */
export function configLines(view: View, main: string): readonly ConfigLine[] {
  const text = textOf(view, main);
  if (text === undefined)
    fail(`${main} does not exist on this host`, 'install the package "openssh-server" anew');
  try {
    return readConfig(main, text, (pattern) => included(view, pattern));
  } catch (error) {
    if (error instanceof ConfigProblem)
      fail(error.message, 'name the files themselves in the "Include" line');
    throw error;
  }
}

function included(view: View, pattern: string): readonly { path: string; text: string }[] | undefined {
  // sshd_config(5): files without an absolute path are assumed to be in /etc/ssh.
  const path = normalPath(pattern.startsWith('/') ? pattern : `/etc/ssh/${pattern}`);
  const [directory, name] = [parentOf(path), nameOf(path)];
  if (/[*?[\\]/.test(directory)) return undefined;
  if (!/[*?[\\]/.test(name)) {
    const text = textOf(view, path);
    return text === undefined ? [] : [{ path, text }];
  }
  const [files] = view.see(dropInsLook(directory));
  const found: { path: string; text: string }[] = [];
  for (const [file, text] of files) {
    const matches = matchesGlob(name, file);
    if (matches === undefined) return undefined;
    if (matches) found.push({ path: `${directory}/${file}`, text });
  }
  // By bytes, as glob(3) does in the locale of a server.
  return found.sort((left, right) => (left.path < right.path ? -1 : 1));
}

function textOf(view: View, path: string): string | undefined {
  const [content] = view.see(contentLook(path));
  if (content.sha256 === undefined) return undefined;
  if (content.bytes === undefined) throw new Unpredictable(`an earlier step changes ${path}`);
  return Buffer.from(content.bytes).toString('latin1');
}
