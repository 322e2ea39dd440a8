import { linkLook } from '../looks/link.ts';
import type { LinkState } from '../looks/paths.ts';
import type { HostState } from './host-state.ts';
import { type HostLook, type HostLooks, LookError } from './look.ts';
import { realPath } from './real-path.ts';
import { storeKey } from './store-key.ts';

/**
 * Keeps answers that have just come by real path. A path is asked for as it is written, together with what is a link on
 * the way there; what was seen through a link was seen at the place that it leads to, so that place need not be asked
 * for again.
 *
 * @param user who asked.
 * @param looks what was asked, by store key, with the answers in `state`.
 */
export function keepByRealPath(user: string, looks: HostLooks, state: HostState): void {
  for (const { key, look, isLink } of inOrder(user, looks)) {
    const answer = state.answers.get(key);
    if (isLink) keepPhysical(user, answer, state);
    const real = lookAtRealPath(user, look, state);
    if (real === undefined || real.key === look.key) continue;
    state.answers.delete(key);
    state.looks.delete(key);
    keep(user, real, answer, state);
  }
}

/** A look at a path. */
interface Placed {
  readonly key: string;
  readonly look: HostLook<unknown>;
  readonly isLink: boolean;
}

const ordered = new WeakMap<HostLooks, readonly Placed[]>();

/**
 * Links first, and those above before those below: each is found by what is known of the ones before. A fleet shares its
 * looks, and so their order.
 */
function inOrder(user: string, looks: HostLooks): readonly Placed[] {
  const known = ordered.get(looks);
  if (known !== undefined) return known;
  const links = storeKey(linkLook(''), user);
  const placed = [...looks]
    .filter(([, look]) => look.kind.place !== undefined)
    .map(([key, look]) => ({ key, look, isLink: key.startsWith(links) }))
    .sort((a, b) => Number(b.isLink) - Number(a.isLink) || a.key.length - b.key.length);
  ordered.set(looks, placed);
  return placed;
}

/** Nothing on the physical way to a directory is a link. */
function keepPhysical(user: string, answer: unknown, state: HostState): void {
  if (answer instanceof LookError) return;
  const parts = (answer as LinkState | undefined)?.real?.split('/').slice(1) ?? [];
  parts.forEach((_, index) => {
    keep(user, linkLook(`/${parts.slice(0, index + 1).join('/')}`), undefined, state);
  });
}

function keep(user: string, look: HostLook<unknown>, answer: unknown, state: HostState): void {
  const key = storeKey(look, user);
  if (state.answers.has(key)) return;
  state.answers.set(key, answer);
  state.looks.set(key, look);
}

/** Undefined while something on the way is not known. */
function lookAtRealPath(
  user: string,
  look: HostLook<unknown>,
  state: HostState,
): HostLook<unknown> | undefined {
  const { place } = look.kind;
  if (place === undefined) return undefined;
  let known = true;
  const written = place.of(look.query as never);
  const real = realPath(written, (at) => {
    const key = storeKey(linkLook(at), user);
    const answer = state.answers.get(key) as LinkState | LookError | undefined;
    if (!state.answers.has(key) || answer instanceof LookError) {
      known = false;
      return undefined;
    }
    return answer;
  });
  if (!known || real === undefined) return undefined;
  return real === written ? look : place.at(look.query as never, real);
}
