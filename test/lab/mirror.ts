import { readdir, readFile } from 'node:fs/promises';
import { LabError } from './errors.ts';

const SOURCES = '/etc/apt';
/** Suites that only Debian's main archive has under exactly these names. */
const SUITES = new Set([
  'bullseye',
  'bookworm',
  'trixie',
  'forky',
  'sid',
  'oldstable',
  'stable',
  'testing',
  'unstable',
]);

/**
 * The Debian archive that this machine's own apt uses; PROVISION_LAB_MIRROR overrides it.
 *
 * @throws LabError when apt is not set up for a Debian archive.
 */
export async function debianMirror(): Promise<string> {
  const override = process.env.PROVISION_LAB_MIRROR;
  if (override !== undefined && override !== '') return override;
  for (const file of await sourceFiles()) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const uri = file.endsWith('.sources') ? mirrorOfDeb822(text) : mirrorOfList(text);
    if (uri !== undefined) return resolveMirrorList(uri);
  }
  throw new LabError(
    'found no Debian archive in /etc/apt/sources.list and sources.list.d: set PROVISION_LAB_MIRROR to one',
  );
}

/** From the one-line format of sources.list(5): `deb [options] uri suite component…`. */
export function mirrorOfList(text: string): string | undefined {
  for (const line of text.split('\n')) {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+(.*)$/.exec(line.replace(/#.*/, ''));
    if (match !== null && isMain([match[2]!], words(match[3]!))) return match[1]!;
  }
  return undefined;
}

/** From the deb822 format of sources.list(5): stanzas of `Field: value`, values may go on in indented lines. */
export function mirrorOfDeb822(text: string): string | undefined {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  for (const stanza of lines.join('\n').split(/\n\s*\n/)) {
    const fields = new Map<string, string>();
    for (const [, name, value] of stanza.matchAll(/^([A-Za-z-]+):(.*(?:\n[ \t]+.*)*)/gm)) {
      fields.set(name!.toLowerCase(), value!);
    }
    const field = (name: string): readonly string[] => words(fields.get(name) ?? '');
    if (fields.get('enabled')?.trim() === 'no' || !field('types').includes('deb')) continue;
    if (isMain(field('suites'), field('components'))) return field('uris')[0];
  }
  return undefined;
}

function isMain(suites: readonly string[], components: readonly string[]): boolean {
  return suites.some((suite) => SUITES.has(suite)) && components.includes('main');
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** Cloud images name a local file with the list of mirrors instead of a mirror. */
async function resolveMirrorList(uri: string): Promise<string> {
  const file = /^mirror\+file:\/*(\/.*)$/.exec(uri)?.[1];
  if (file === undefined) return uri;
  const first = words(await readFile(file, 'utf8')).find((word) => /^https?:/.test(word));
  if (first === undefined) throw new LabError(`the mirror list ${file} names no http mirror`);
  return first;
}

async function sourceFiles(): Promise<readonly string[]> {
  const parts = await readdir(`${SOURCES}/sources.list.d`).catch(() => []);
  const used = parts.filter((name) => name.endsWith('.list') || name.endsWith('.sources')).sort();
  return [`${SOURCES}/sources.list`, ...used.map((name) => `${SOURCES}/sources.list.d/${name}`)];
}
