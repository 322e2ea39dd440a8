/**
 * Places for labels that stand beside one another in a column: each as near to where it is wanted as it can be when
 * the one above needs room too.
 *
 * @param wanted heights, in any order; downwards is more.
 * @param distance the least between two labels.
 */
export function apart(wanted: readonly number[], distance: number): readonly number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] as number) - (wanted[b] as number));
  // Labels that touch form a block, which stands around the middle of what its labels want.
  const blocks: { members: number[]; middle: number }[] = [];
  for (const i of order) {
    let block = { members: [i], middle: wanted[i] as number };
    for (let above = blocks.at(-1); above !== undefined && touches(above, block); above = blocks.at(-1)) {
      blocks.pop();
      const members = [...above.members, ...block.members];
      block = {
        members,
        middle: members.reduce((sum, one) => sum + (wanted[one] as number), 0) / members.length,
      };
    }
    blocks.push(block);
  }
  const places: number[] = [];
  for (const { members, middle } of blocks) {
    const top = middle - half(members.length);
    members.forEach((i, n) => {
      places[i] = top + n * distance;
    });
  }
  return places;

  function half(count: number): number {
    return ((count - 1) * distance) / 2;
  }
  function touches(
    above: { members: number[]; middle: number },
    below: { members: number[]; middle: number },
  ): boolean {
    return below.middle - half(below.members.length) - (above.middle + half(above.members.length)) < distance;
  }
}
