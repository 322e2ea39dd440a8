import { nearest } from '../../documents/suggest.ts';

/** The options of sshd(8), AUTHORIZED_KEYS FILE FORMAT, and whether they take a value in quotes. */
const OPTIONS: Readonly<Record<string, boolean>> = {
  'agent-forwarding': false,
  'cert-authority': false,
  command: true,
  environment: true,
  'expiry-time': true,
  from: true,
  'no-agent-forwarding': false,
  'no-port-forwarding': false,
  'no-pty': false,
  'no-touch-required': false,
  'no-user-rc': false,
  'no-X11-forwarding': false,
  permitlisten: true,
  permitopen: true,
  'port-forwarding': false,
  principals: true,
  pty: false,
  restrict: false,
  tunnel: true,
  'user-rc': false,
  'verify-required': false,
  'X11-forwarding': false,
};

/**
 * Where the options at the start of a line end: at the first space or tab outside quotes. In quotes `\"` is a
 * quote. -1 when a quote is not closed.
 */
export function endOfOptions(text: string): number {
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\' && text[at + 1] === '"') at += 1;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && (char === ' ' || char === '\t')) return at;
  }
  return quoted ? -1 : text.length;
}

/** What is wrong with options that are to be installed: sshd ignores a whole line for one unknown option. */
export function problemOfOptions(text: string): string | undefined {
  if (endOfOptions(text) !== text.length)
    return 'its options have a space outside quotes, or a quote that is not closed';
  for (const option of splitOptions(text)) {
    const [, name = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(option) ?? [];
    const known = Object.keys(OPTIONS).find((one) => one.toLowerCase() === name.toLowerCase());
    if (known === undefined) {
      const near = nearest(name, Object.keys(OPTIONS));
      return `sshd knows no option "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`;
    }
    if (OPTIONS[known] === true && !/^".*"$/s.test(value ?? ''))
      return `the option ${known} needs a value in quotes: ${known}="…"`;
    if (OPTIONS[known] === false && value !== undefined) return `the option ${known} takes no value`;
  }
  return undefined;
}

function splitOptions(text: string): readonly string[] {
  const options: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\' && text[at + 1] === '"') at += 1;
    else if (text[at] === '"') quoted = !quoted;
    else if (!quoted && text[at] === ',') {
      options.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...options, text.slice(start)];
}
