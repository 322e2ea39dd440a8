/** What the options of a running sshd say about its configuration. */
export interface SshdOptions {
  /** The main file. */
  readonly main: string;
  /** Those that count besides the file, and before it: `-o`, `-p`, … */
  readonly others: readonly string[];
}

/** Options of sshd(8) with a value; of them those that say nothing about the configuration. */
const WITH_VALUE = 'CEbcfghkopu';
const OF_NO_USE = 'CEgk';
/** Options without one that count. */
const FLAGS = '46';

/**
 * Reads options as getopt(3) does. Their quotes are lost in the name of a process: a word without a dash goes to the value
 * before it.
 */
export function readOptions(words: readonly string[], main: string): SshdOptions {
  const pairs: { readonly letter: string; readonly values: string[] }[] = [];
  let open: string[] | undefined;
  for (const word of words) {
    if (!word.startsWith('-')) {
      open?.push(word);
      continue;
    }
    open = undefined;
    for (let at = 1; at < word.length && open === undefined; at += 1) {
      const letter = word[at] as string;
      const takes = WITH_VALUE.includes(letter);
      const values = takes && at + 1 < word.length ? [word.slice(at + 1)] : [];
      if (takes) open = values;
      pairs.push({ letter, values });
    }
  }
  const file = pairs.findLast(({ letter }) => letter === 'f')?.values.join(' ');
  const others = pairs.flatMap(({ letter, values }) => {
    if (FLAGS.includes(letter)) return [`-${letter}`];
    const counts = WITH_VALUE.includes(letter) && letter !== 'f' && !OF_NO_USE.includes(letter);
    return counts && values.length > 0 ? [`-${letter}`, values.join(' ')] : [];
  });
  return { main: file === undefined || file === '' ? main : file, others };
}
