import { splitWords } from '../shell/split-words.ts';
import { type Hop, parseHop } from './hop.ts';

/**
 * The jump host that a ProxyCommand asks ssh for: `ssh -W %h:%p [-q] [-p port] [-l user] [user@]host`, as it was written
 * before there was ProxyJump. It is carried out as that.
 *
 * @returns undefined for any other command: it may do anything.
 */
export function jumpOfCommand(command: string): Hop | undefined {
  const words = [...(splitWords(command) ?? [])];
  if (words[0] === 'exec') words.shift();
  if (!/^(?:\/usr\/bin\/)?ssh$/.test(words.shift() ?? '')) return undefined;
  let through = false;
  let user: string | undefined;
  let port: string | undefined;
  let host: string | undefined;
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-q' || word === '-T') continue;
    const [, flag, attached] = /^-([Wlp])(.*)$/s.exec(word) ?? [];
    if (flag === undefined) {
      if (host !== undefined || word.startsWith('-')) return undefined;
      host = word;
      continue;
    }
    const value = attached === '' ? words.shift() : attached;
    if (flag === 'l') user = value;
    else if (flag === 'p') port = value;
    else if (value === '%h:%p' || value === '[%h]:%p') through = true;
    else return undefined;
  }
  const hop =
    through && host !== undefined ? parseHop(`${host}${port === undefined ? '' : `:${port}`}`) : undefined;
  return hop === undefined || user === undefined ? hop : { ...hop, user: hop.user ?? user };
}
