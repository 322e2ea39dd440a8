import { basename } from 'node:path';
import type { PathEffect } from '../../engine/effect.ts';
import { type Comparison, combine } from '../../engine/step-kind.ts';
import { fail, type View } from '../../engine/view.ts';
import { type Artifact, artifactLook } from '../../looks/artifact.ts';
import { controllerPath } from '../../looks/local-file.ts';
import { statLook } from '../../looks/stat.ts';
import { wantDirectory } from '../../resources/directory.ts';
import { managedPath } from '../../resources/host-path.ts';
import type { Ownership } from '../../resources/ownership.ts';
import { type SentFile, sentFileLooks, wantSentFile } from '../../resources/sent-file.ts';
import { normalMode } from '../normal-mode.ts';
import type { UploadArgs } from './schema.ts';

/** A file or folder of the controller, on the host. */
export function compare(args: UploadArgs, view: View): Comparison {
  const place = controllerPath(view, args.src);
  const [artifact] = view.see(artifactLook(place, view.context.deep));
  if (artifact.kind === 'unusable') fail(`${args.src} cannot be sent: ${artifact.reason} (${place})`);
  if (artifact.kind === 'folder') return folder(args, artifact, view);
  requirePinned(args, artifact, place);
  const dest = args.dest.endsWith('/') ? `${args.dest}${basename(args.src)}` : args.dest;
  const sent: SentFile = {
    path: managedPath(dest),
    source: artifact,
    ...normalMode(args.mode),
    ...ownership(args),
  };
  view.announce([announced(sent)]);
  return wantSentFile(view, sent);
}

function requirePinned(args: UploadArgs, artifact: Artifact & { kind: 'file' }, place: string): void {
  const expected = args.sha256?.toLowerCase();
  if (expected === undefined || artifact.sha256 === expected) return;
  fail(
    `${args.src} is not the pinned file: its SHA-256 is ${artifact.sha256}, expected ${expected} (${place})`,
    'it was damaged, replaced, or is another version: fetch it again, or correct "sha256" after checking where the file is from',
  );
}

function folder(args: UploadArgs, artifact: Artifact & { kind: 'folder' }, view: View): Comparison {
  if (args.sha256 !== undefined) fail(`${args.src} is a folder: "sha256" is for a single file`);
  const dest = managedPath(args.dest);
  const below = (relative: string) => (dest === '/' ? `/${relative}` : `${dest}/${relative}`);
  const directories = [...(dest === '/' ? [] : [dest]), ...artifact.folders.map(below)];
  const files = artifact.files.map(({ relative, executable, ...source }): SentFile => {
    const mode = args.mode ?? (executable ? '0755' : '0644');
    return { path: below(relative), spaceAt: dest, source, ...normalMode(mode), ...ownership(args) };
  });
  view.announce(files.map(announced));
  view.see(...directories.map((path) => statLook(path)), ...files.flatMap(sentFileLooks));
  const parts: Comparison[] = [];
  let after = view;
  const add = (part: Comparison): void => {
    parts.push(part);
    if (part.changes.length > 0) after = after.after(part.effects);
  };
  for (const path of directories) {
    add(wantDirectory(after, { path, ...normalMode(args.directory_mode), ...ownership(args) }));
  }
  for (const file of files) add(wantSentFile(after, file));
  return combine(...parts);
}

function ownership({ owner, group }: UploadArgs): Ownership {
  return { ...(owner === undefined ? {} : { owner }), ...(group === undefined ? {} : { group }) };
}

/** Later steps may ask which artifact lies there before this host has been looked at. */
function announced({ path, source }: SentFile): PathEffect {
  const { size, sha256 } = source;
  const state = { exists: true, type: 'file', mode: '', owner: '', group: '', size, mtime: 0 } as const;
  return { type: 'path', path, state, sha256, artifact: source.path };
}
