/** The candidate nearest to `word` by edit distance (swapped neighbours count once), if any is near enough. */
export function nearest(_word: string, _candidates: Iterable<string>): string | undefined {
  throw new Error('not written yet');
}
