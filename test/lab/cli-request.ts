import { LabError } from './errors.ts';
import type { UpOptions } from './lab.ts';
import { parseDistro, parseSpecs } from './specs.ts';
import type { HostCounts, LoginUser } from './types.ts';

export const USAGE = `usage: npm run lab -- COMMAND

  up N | SYSTEM:N …       start hosts (systems: bookworm, bullseye, trixie, busybox)
     --distro SYSTEM|mix    the system of bare numbers (bookworm)
     --user root|ops        login of the inventory (root)
     --disk MIB             give each host a disk of its own, so that it can be filled
  down                    remove all hosts and what was made for them
  reset [HOST …]          back to the first state (all hosts when none is named)
  status [--json]
  cut HOST, heal HOST     drop every packet of a host; let them through again
  kill-sshd HOST, start-sshd HOST
  fill-disk HOST, free-disk HOST
  mark HOST               remember the state of its file systems
  written HOST            list what was written since the mark, logins' own traces left out
  ssh HOST [--user root|ops] [COMMAND …]

The lab's name is taken from PROVISION_LAB (default), its cache from PROVISION_LAB_CACHE (/var/cache/provision-lab).`;

/** Commands about exactly one host and nothing else. */
const HOST_VERBS = [
  'cut',
  'heal',
  'kill-sshd',
  'start-sshd',
  'fill-disk',
  'free-disk',
  'mark',
  'written',
] as const;
type HostVerb = (typeof HOST_VERBS)[number];

/** What the command line asks for. */
export type LabRequest =
  | { readonly verb: 'help' }
  | { readonly verb: 'down' }
  | {
      readonly verb: 'up';
      readonly counts: HostCounts;
      readonly user: LoginUser;
      readonly options: UpOptions;
    }
  | { readonly verb: 'reset'; readonly hosts: readonly string[] }
  | { readonly verb: 'status'; readonly json: boolean }
  | { readonly verb: HostVerb; readonly host: string }
  | {
      readonly verb: 'ssh';
      readonly host: string;
      readonly user: LoginUser;
      readonly command: readonly string[];
    };

/** @throws LabError that says which word was not understood. */
export function parseRequest(words: readonly string[]): LabRequest {
  const [verb, ...rest] = words;
  if (verb === undefined || verb === 'help' || verb === '--help') return { verb: 'help' };
  if (verb === 'up') return parseUp(rest);
  if (verb === 'ssh') return parseSsh(rest);
  if (verb === 'down') return { verb: none(verb, rest) };
  if (verb === 'reset') return { verb, hosts: rest };
  if (verb === 'status') {
    const { options, plain } = takeOptions(verb, rest, [], ['json']);
    none(verb, plain);
    return { verb, json: options.has('json') };
  }
  const hostVerb = HOST_VERBS.find((known) => known === verb);
  if (hostVerb === undefined) throw new LabError(`"${verb}" is not a command of the lab\n\n${USAGE}`);
  const [host, ...surplus] = rest;
  if (host === undefined) throw new LabError(`${verb} needs the name of a host, such as bookworm1`);
  none(verb, surplus);
  return { verb: hostVerb, host };
}

function parseUp(words: readonly string[]): LabRequest {
  const { options, plain } = takeOptions('up', words, ['distro', 'user', 'disk'], []);
  const disk = options.get('disk');
  if (disk !== undefined && !/^[1-9][0-9]{0,6}$/.test(disk))
    throw new LabError(`--disk takes MiB, not "${disk}"`);
  return {
    verb: 'up',
    counts: parseSpecs(plain, parseDistro(options.get('distro') ?? 'bookworm')),
    user: parseUser(options.get('user')),
    options: disk === undefined ? {} : { diskMiB: Number(disk) },
  };
}

function parseSsh(words: readonly string[]): LabRequest {
  const [host, ...rest] = words;
  if (host === undefined) throw new LabError('ssh needs the name of a host, such as bookworm1');
  const hasUser = rest[0] === '--user';
  return {
    verb: 'ssh',
    host,
    user: parseUser(hasUser ? rest[1] : undefined),
    command: hasUser ? rest.slice(2) : rest,
  };
}

function parseUser(word = 'root'): LoginUser {
  if (word === 'root' || word === 'ops') return word;
  throw new LabError(`"${word}" cannot log in: the lab's hosts have root and ops`);
}

function none<Verb extends string>(verb: Verb, words: readonly string[]): Verb {
  if (words.length > 0) throw new LabError(`${verb} does not take "${words[0]}"`);
  return verb;
}

/** Splits `--name value`, `--name=value` and `--flag` from the other words. */
function takeOptions(
  verb: string,
  words: readonly string[],
  valued: readonly string[],
  flags: readonly string[],
): { readonly options: ReadonlyMap<string, string>; readonly plain: readonly string[] } {
  const options = new Map<string, string>();
  const plain: string[] = [];
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    const match = /^--([a-z-]+)(?:=(.*))?$/.exec(word);
    const name = match?.[1];
    if (name === undefined) plain.push(word);
    else if (flags.includes(name) && match?.[2] === undefined) options.set(name, '');
    else if (valued.includes(name)) {
      const value = match?.[2] ?? queue.shift();
      if (value === undefined) throw new LabError(`--${name} needs a value`);
      options.set(name, value);
    } else throw new LabError(`${verb} has no option "${word}"`);
  }
  return { options, plain };
}
