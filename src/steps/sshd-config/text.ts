import { fail } from '../../engine/view.ts';
import type { Settings, SettingValue, SshdConfigArgs } from './schema.ts';

const HEADER = '# Managed by provision: what is changed here is put back by the next run.';

/** Keywords of which each line adds to those before (sshd_config(5)). */
const ONE_PER_LINE = new Set(
  'acceptenv allowgroups allowusers denygroups denyusers hostcertificate hostkey listenaddress port subsystem'.split(
    ' ',
  ),
);

/** The content of the file. Wrong combinations are found before any host is asked. */
export function contentOf({ settings = {}, match = [] }: SshdConfigArgs): string {
  const lines = [HEADER, ...linesOf(settings)];
  for (const one of match) {
    if (/(^|\s)#/.test(one.criteria)) fail(`what follows "#" in "${one.criteria}" would be a comment`);
    lines.push(`Match ${one.criteria}`, ...linesOf(one.settings).map((line) => `    ${line}`));
  }
  if (match.length > 0) lines.push('Match all');
  return lines.map((line) => `${line}\n`).join('');
}

function linesOf(settings: Settings): readonly string[] {
  const seen = new Map<string, string>();
  return Object.entries(settings).flatMap(([keyword, value]) => {
    const lower = keyword.toLowerCase();
    const other = seen.get(lower);
    if (other !== undefined) fail(`"${other}" and "${keyword}" are the same keyword`, 'write it once');
    seen.set(lower, keyword);
    requirePlain(lower);
    return valuesOf(keyword, lower, value).map((text) => `${keyword} ${text}`);
  });
}

function requirePlain(lower: string): void {
  if (lower === 'match')
    fail('"Match" is no setting', 'put it under "match", with "criteria" and "settings"');
  if (lower === 'include')
    fail('"Include" is no setting of one file', 'write further steps of this kind instead');
}

function valuesOf(keyword: string, lower: string, value: SettingValue): readonly string[] {
  const list = Array.isArray(value)
    ? (value as readonly (string | number)[])
    : [value as string | number | boolean];
  const texts = list.map((one) => (typeof one === 'boolean' ? (one ? 'yes' : 'no') : String(one).trim()));
  for (const text of texts) {
    if (text === '') fail(`"${keyword}" has an empty value`);
    if (/(^|\s)#/.test(text)) fail(`what follows "#" in the value of "${keyword}" would be a comment`);
  }
  if (texts.length === 1 || ONE_PER_LINE.has(lower)) return texts;
  return [texts.join(isCommaList(lower) ? ',' : ' ')];
}

function isCommaList(lower: string): boolean {
  return /^(ciphers|macs|kexalgorithms|gssapikexalgorithms)$|algorithms$|keytypes$/.test(lower);
}
