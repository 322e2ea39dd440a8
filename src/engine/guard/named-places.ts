import { type Account, accountLook } from '../../looks/account.ts';
import { linkLook } from '../../looks/link.ts';
import { type LoginFiles, loginFilesLook } from '../../looks/sshd/login-files.ts';
import { linkTarget, normalPath, parentOf } from '../../resources/host-path.ts';
import { allOf } from '../all-of.ts';
import { realPath } from '../real-path.ts';
import { StepFailure, type View } from '../view.ts';

/** Places that the login of this run rests on because the host's own configuration names them, passwd(5) for one. */
export interface NamedPlaces {
  /** Real paths of files, and the links by which they are reached. */
  readonly files: readonly string[];
  /** Real paths of what sshd reads as its configuration: files, and directories of such. */
  readonly configs: readonly string[];
  /** Real paths of what sudo includes: files, and directories of such. */
  readonly sudoers: readonly string[];
  /** Of `files`, those without which sshd does not start. */
  readonly hostKeys: readonly string[];
}

/** A chain of more links leads nowhere on purpose. */
const MOST_LINKS = 8;

/** For who is about to write a file, and has to ask something before that: what will be asked then goes along. */
export function prefetchNamedPlaces(view: View): void {
  // Whether the home is a link is asked next. Where it is another one than is usual, that was asked in vain.
  const home = view.loginUser === 'root' ? ['/root'] : ['/home', `/home/${view.loginUser}`];
  view.prefetch(loginFilesLook(view.loginUser), accountLook(view.loginUser), ...home.map(linkLook));
}

/**
 * Asks the host what sshd and PAM name. That is one question for each run and host, and where all lies in the usual places
 * it is the only one.
 *
 * @param isUsual tells paths that are guarded without being named, of a user with such a home.
 */
export function namedPlaces(
  view: View,
  isUsual: (path: string, homes: readonly string[]) => boolean,
): NamedPlaces {
  const [named, account] = view.see(loginFilesLook(view.loginUser), accountLook(view.loginUser));
  // As it is written: that is how the paths are made.
  const homes = account.exists ? [normalPath(account.home)] : [];
  const isKnown = (path: string): boolean => isUsual(path, homes);
  const elsewhere = (paths: readonly string[]) => placesOf(view, paths, isKnown);
  const settings = account.exists ? pathsOf(named, account) : [];
  const shell = account.exists && account.shell.startsWith('/') ? [account.shell] : [];
  const keys = settings.filter(({ keyword }) => keyword === 'hostkey' || keyword === 'hostcertificate');
  const [files = [], configs = [], sudoers = [], hostKeys = []] = allOf([
    () => elsewhere([...settings.map(({ path }) => path), ...named.pam, ...shell]),
    () => elsewhere(named.includes.flatMap(placeOfPattern)),
    () => elsewhere(named.sudoers),
    () => elsewhere(keys.map(({ path }) => path)),
  ]);
  return { files, configs, sudoers, hostKeys };
}

/** With the tokens of sshd_config(5) replaced; what is not absolute lies in the home. */
export function pathsOf(
  { settings }: Pick<LoginFiles, 'settings'>,
  { name, home, uid }: Pick<Account, 'name' | 'home' | 'uid'>,
): readonly { readonly keyword: string; readonly path: string }[] {
  const tokens: Readonly<Record<string, string>> = { '%': '%', u: name, h: home, U: String(uid) };
  return settings.flatMap(([keyword, value]) => {
    const words = value.split(/\s+/).map((word) => word.replace(/^"|"$/g, ''));
    // Of a program what follows are its arguments.
    const files = keyword === 'authorizedkeysfile' ? words : words.slice(0, 1);
    return files.flatMap((word) => {
      if (word === '' || word === 'none' || word.startsWith('#')) return [];
      const path = word.replace(/%(.)/g, (token, letter: string) => tokens[letter] ?? token);
      return [{ keyword, path: normalPath(path.startsWith('/') ? path : `${home}/${path}`) }];
    });
  });
}

/** The directory of a pattern. One that may be anywhere says nothing. */
function placeOfPattern(pattern: string): readonly string[] {
  const path = normalPath(pattern);
  const wild = path.search(/[*?[\\]/);
  if (wild < 0) return [path];
  const directory = parentOf(path.slice(0, wild));
  return parentOf(directory) === '/' ? [] : [directory];
}

function placesOf(
  view: View,
  paths: readonly string[],
  isKnown: (path: string) => boolean,
): readonly string[] {
  const far = [...new Set(paths.map(normalPath))].filter((path) => !path.split('/').includes('..'));
  const places = allOf(far.filter((path) => !isKnown(path)).map((path) => () => onTheWay(view, path)));
  return [...new Set(places.flat())];
}

/** Where a path really is, and the links that lead there. */
function onTheWay(view: View, path: string): readonly string[] {
  const places: string[] = [];
  try {
    for (let at = path, links = 0; links <= MOST_LINKS; links += 1) {
      // What is on the way is asked together.
      view.see(linkLook(at));
      const real = realPath(at, (directory) => {
        const [link] = view.see(linkLook(directory));
        if (link !== undefined) places.push(directory);
        return link;
      });
      if (real === undefined) break;
      places.push(real);
      const [link] = view.see(linkLook(real));
      if (link === undefined) break;
      at = linkTarget(real, link.target);
    }
    return places;
  } catch (error) {
    // A link that this run does not follow (who laid it may not decide where root writes) leads to no place of its steps.
    if (!(error instanceof StepFailure)) throw error;
    return [...places, path];
  }
}
