import type { Diagnostic } from '../documents/diagnostic.ts';

/** Plain words for keys whose form is a pattern: `hosts`, `loop`, times and the like. */
const FORMS: Readonly<Record<string, { readonly message: string; readonly hint: string }>> = {
  hosts: {
    message: '`hosts` takes no {{ }}: it chooses the hosts before their variables are known',
    hint: 'write a pattern of groups and hosts here, and narrow it down with --limit',
  },
  loop: {
    message: '`loop` takes a list, or text that is one {{ }} and nothing else',
    hint: 'write loop: "{{ users }}", or the items of the list',
  },
  delay: { message: '`delay` is not a time', hint: 'write seconds, or a text such as "90s", "5m" or "1h"' },
  timeout: {
    message: '`timeout` is not a time',
    hint: 'write seconds, or a text such as "90s", "5m" or "1h"',
  },
  register: {
    message: '`register` must be a name of letters, digits and _, not beginning with a digit',
    hint: 'later steps use it as a variable, for example register: result',
  },
  tags: { message: '`tags` must be words without blanks, commas and braces', hint: 'write tags: [one, two]' },
  become_user: {
    message: '`become_user` must be the name of a user, without {{ }}',
    hint: 'write become_user: root',
  },
  include: {
    message: '`include` takes no {{ }}: the file is read before any host is known',
    hint: 'include every file, each with its own `when`',
  },
};

/** Says what a key of a play or step must look like, where the schema only knows a pattern. */
export function reworded(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.map((diagnostic) => {
    const key = /^(?:item \d+ of )?`(\w+)`/.exec(diagnostic.message)?.[1] ?? '';
    if (key === 'loop' && diagnostic.code === 'wrong-type') {
      return { ...diagnostic, hint: 'for the keys of a mapping write loop: "{{ keys(x) }}"' };
    }
    const form = diagnostic.code === 'wrong-form' && Object.hasOwn(FORMS, key) ? FORMS[key] : undefined;
    return form === undefined ? diagnostic : { ...diagnostic, ...form };
  });
}
