import type { Diagnostic } from '../documents/diagnostic.ts';
import { describeValue } from '../documents/yaml-words.ts';
import type { Draft } from './builder.ts';

/** What the schema cannot see: names used twice, priorities that are no numbers. */
export function checkDraft(draft: Draft): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const { name, place } of draft.hosts.values()) {
    if (!draft.groups.has(name)) continue;
    const message = `\`${name}\` is a host and a group; patterns mean both`;
    const base = { severity: 'warning', code: 'host-and-group', message } as const;
    if (!place) found.push(base);
    else {
      const { document, path } = place;
      found.push({ ...base, file: document.file, source: document, range: document.locate(path, 'key') });
    }
  }
  for (const group of draft.groups.values()) {
    for (const definitions of group.inline) {
      const priority = definitions.get('ansible_group_priority');
      if (!priority || Number.isInteger(priority.value)) continue;
      const { document, path, value } = priority;
      const message = `\`ansible_group_priority\` must be a whole number, but this is ${describeValue(value)}`;
      const place = { file: document.file, source: document, range: document.locate(path) };
      found.push({ severity: 'error', code: 'wrong-type', message, ...place });
    }
  }
  return found;
}
