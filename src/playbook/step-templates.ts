import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Json } from '../engine/json.ts';
import type { Play, PlaybookStep } from '../engine/playbook.ts';
import { compileTemplate, type FileTemplate } from '../expressions/template.ts';
import type { CompiledValue } from '../expressions/value.ts';

export interface StepTemplates {
  readonly templates: readonly FileTemplate[];
  /** Some file could not be read, or its name is only known on the host: what it uses cannot be told. */
  readonly incomplete: boolean;
}

const NONE: StepTemplates = { templates: [], incomplete: false };
const known = new WeakMap<CompiledValue, StepTemplates>();

/** The template files of a step as far as their names are written out. A missing one is told where it is used. */
export function templatesOf(step: PlaybookStep, play: Play): StepTemplates {
  const { raw } = step.args;
  if (step.kind.templates === undefined || typeof raw !== 'object' || raw === null) return NONE;
  let found = known.get(step.args);
  if (found === undefined) {
    const normal = step.kind.normalize?.(raw as Json) ?? raw;
    const paths = step.kind.templates(normal as never);
    const templates = paths.map((path) => readTemplate(path, play));
    found = {
      templates: templates.filter((template) => template !== undefined),
      incomplete: templates.includes(undefined),
    };
    known.set(step.args, found);
  }
  return found;
}

function readTemplate(path: unknown, play: Play): FileTemplate | undefined {
  if (typeof path !== 'string' || path.includes('{{')) return undefined;
  const shown = isAbsolute(path) ? path : join(dirname(play.hostsOrigin.file), path);
  try {
    return compileTemplate(readFileSync(resolve(play.baseDirectory, path), 'utf8'), shown);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return undefined;
  }
}
