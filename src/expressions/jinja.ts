export interface JinjaBlock {
  readonly start: number;
  readonly end: number;
  readonly kind: 'statement' | 'comment';
}

/** `{% if x %}`, `{# words #}`; not the `${#list[@]}` of a shell. Bounded, as a text may be long. */
const BLOCKS = /\{%[-+]?\s*[A-Za-z_][^{}]{0,2000}?%\}|(?<!\$)\{#[\s\S]{0,2000}?#\}/g;

/** Jinja's statements and comments in a text. They mean nothing here, so a host would get them as they are. */
export function jinjaBlocks(text: string): readonly JinjaBlock[] {
  if (!text.includes('{%') && !text.includes('{#')) return [];
  return [...text.matchAll(BLOCKS)].map(({ 0: block, index }) => ({
    start: index,
    end: index + block.length,
    kind: block.startsWith('{%') ? 'statement' : 'comment',
  }));
}
