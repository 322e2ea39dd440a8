import type { StepKind } from '../engine/step-kind.ts';
import { assert } from './assert/index.ts';
import { authorizedKeys } from './authorized-keys/index.ts';
import { command } from './command/index.ts';
import { directory } from './directory/index.ts';
import { env } from './env/index.ts';
import { extract } from './extract/index.ts';
import { file } from './file/index.ts';
import { group } from './group/index.ts';
import { link } from './link/index.ts';
import { service } from './service/index.ts';
import { sshdConfig } from './sshd-config/index.ts';
import { sudoers } from './sudoers/index.ts';
import { ufw } from './ufw/index.ts';
import { upload } from './upload/index.ts';
import { user } from './user/index.ts';
import { verify } from './verify/index.ts';

/** All step kinds, sorted by name. A new kind is a folder and a line here. */
const KINDS = [
  assert,
  authorizedKeys,
  command,
  directory,
  env,
  extract,
  file,
  group,
  link,
  service,
  sshdConfig,
  sudoers,
  ufw,
  user,
  upload,
  verify,
] as readonly StepKind<never>[];

/** The kinds by the name that stands in playbooks. */
export const STEP_KINDS: ReadonlyMap<string, StepKind<never>> = new Map(
  KINDS.map((kind) => [kind.name, kind]),
);
