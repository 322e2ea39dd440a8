import type { Template } from 'liquidjs';

// Shapes of the library that its types do not tell.
interface TokenLike {
  readonly begin?: number;
}
interface ValueLike {
  readonly filters?: readonly { readonly name: string }[];
  readonly initial?: { readonly postfix?: readonly TokenLike[] };
  value?(context: unknown, lenient?: boolean): unknown;
}

/**
 * The engine forgives absent variables in whole conditions and assignments, where a misspelling would then silently
 * give a wrong file. This leaves the forgiveness only to a variable that stands alone in a condition (`{% if x %}`) or
 * before `| default:`, and gives the offsets of those.
 */
export function makeStrict(templates: readonly Template[]): ReadonlySet<number> {
  const lenient = new Set<number>();
  const pending: Template[] = [...templates];
  // `pending` grows while it is walked.
  for (const template of pending) {
    const { name = '' } = template as { readonly name?: string };
    const isCondition = name === 'if' || name === 'unless' || name === 'case';
    for (const argument of template.arguments?.() ?? []) {
      const value = argument as ValueLike;
      const [token, ...rest] = value.initial?.postfix ?? [];
      const alone = rest.length === 0 && token?.begin !== undefined;
      const hasDefault = value.filters?.[0]?.name === 'default';
      if (alone && (hasDefault || isCondition)) lenient.add(token.begin!);
      else strict(value);
    }
    pending.push(...children(template));
  }
  return lenient;
}

function strict(target: ValueLike): void {
  const original = target.value;
  if (original) target.value = (context) => original.call(target, context, false);
}

function children(template: Template): readonly Template[] {
  const step = template.children?.(false, true).next();
  return step?.done ? step.value : [];
}
