import type { PathEffect } from '../../engine/effect.ts';
import type { View } from '../../engine/view.ts';
import { contentLook } from '../../looks/content.ts';
import { entriesLook } from '../../looks/entries.ts';
import { statLook } from '../../looks/stat.ts';
import type { HomeOwner } from './home.ts';

/**
 * What a new home starts with, as effects: a later step that edits a line in ~/.profile sees the file that will
 * be there, not an empty home.
 */
export function readSkeleton(view: View, skel: string, owner: HomeOwner): readonly PathEffect[] {
  const [observed] = view.see(entriesLook(skel));
  const added = view.overlay.below(skel).map(({ path }) => path.slice(skel.length + 1));
  const names = [...new Set([...observed, ...added])].sort();
  const paths = names.map((name) => `${skel}/${name}`);
  view.see(...paths.flatMap((path) => [statLook(path), contentLook(path)]));
  const states = view.see(...paths.map((path) => statLook(path)));
  const contents = view.see(...paths.map((path) => contentLook(path)));
  return names.flatMap((name, index): readonly PathEffect[] => {
    const state = states[index];
    const content = contents[index];
    if (state === undefined || !state.exists) return [];
    const { identity: _, ...rest } = state;
    return [
      {
        type: 'path',
        path: `${owner.home}/${name}`,
        state: { ...rest, owner: owner.name, group: owner.group },
        ...(content?.sha256 === undefined ? {} : { sha256: content.sha256 }),
        ...(content?.bytes === undefined ? {} : { content: content.bytes }),
      },
    ];
  });
}
