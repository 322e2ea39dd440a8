import type { Json } from '../../engine/json.ts';
import { type HostLook, type HostLookKind, hostLook, LookError } from '../../engine/look.ts';
import { joinShell, sh } from '../../shell/quote.ts';
import { FACTS } from './index.ts';

const factKind: HostLookKind<string, Json> = {
  name: 'fact',
  inShell: true,
  sameForAll: true,
  script(names) {
    return joinShell(names.map((name) => sh`${FACTS.get(name)?.script ?? sh`:`}\nprintf '\\n%s\\n' "$MARK"`));
  },
  parse({ stdout, mark, received = Date.now() }, names) {
    const parts = stdout.toString('utf8').split(`\n${mark}\n`);
    return names.map((name, index) => {
      const fact = FACTS.get(name);
      const part = parts[index];
      if (fact === undefined || part === undefined)
        throw new LookError(`the fact "${name}" could not be gathered`);
      return fact.parse(part, { received });
    });
  },
  predict: (name, overlay) => FACTS.get(name)?.predict?.(overlay),
};

/** Asks one fact of a host. */
export function factLook(name: string): HostLook<Json> {
  return hostLook(factKind, name, name);
}
