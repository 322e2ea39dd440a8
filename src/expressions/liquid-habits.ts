/** What Jinja's filters are called in Liquid. */
const FILTERS: Readonly<Record<string, string>> = {
  length: 'size',
  count: 'size',
  upper: 'upcase',
  lower: 'downcase',
  trim: 'strip',
  d: 'default',
  to_json: 'json',
  tojson: 'json',
  to_nice_json: 'json',
  unique: 'uniq',
  b64encode: 'base64_encode',
  b64decode: 'base64_decode',
  int: 'plus: 0',
  float: 'plus: 0',
};

const TAGS: Readonly<Record<string, string>> = {
  set: '{% assign x = … %}',
  elif: '{% elsif … %}',
  macro: '{% capture x %} … {% endcapture %}, which keeps text under a name',
};

export function liquidFilter(name: string): string | undefined {
  return Object.hasOwn(FILTERS, name) ? `write | ${FILTERS[name]}` : undefined;
}

export function liquidTag(name: string): string | undefined {
  return Object.hasOwn(TAGS, name) ? `write ${TAGS[name]}` : undefined;
}

const BLOCK = /\{%[\s\S]{0,2000}?%\}|\{\{[\s\S]{0,2000}?\}\}/g;

/** Ways of Jinja in the tag or output around a place, and what Liquid has for them. */
const HABITS: readonly (readonly [RegExp, (found: RegExpExecArray) => string])[] = [
  [/\|\s*(\w+)\s*\(([^()]*)\)/, ([, name = '', given = '']) => `write ${withArguments(name, given)}`],
  [/\.(upper|lower|strip)\(\)/, ([, name = '']) => `write | ${METHODS[name]}`],
  [/\{%-?\s*for\s+\w+\s*,/, () => 'write {% for pair in x %}: pair[0] is the key, pair[1] the value'],
  [/\{%-?\s*else\s+if\b/, () => 'write {% elsif … %}'],
  [/&&|\|\|/, () => 'write and, or'],
  [/[~+]/, () => 'write {{ a }}{{ b }}, or | append: b; for numbers | plus: b'],
];

const METHODS: Readonly<Record<string, string>> = { upper: 'upcase', lower: 'downcase', strip: 'strip' };

/** A hint for what stands around offset `at` of a template, where it is written as in Jinja. */
export function liquidHabit(text: string, at: number): string | undefined {
  const block = [...text.matchAll(BLOCK)].find(
    ({ 0: found, index }) => index <= at && at < index + found.length,
  );
  if (block === undefined) return undefined;
  for (const [pattern, hint] of HABITS) {
    const found = pattern.exec(block[0]);
    if (found !== null) return hint(found);
  }
  return undefined;
}

function withArguments(name: string, given: string): string {
  const filter = Object.hasOwn(FILTERS, name) ? String(FILTERS[name]) : name;
  return given.trim() === '' || filter.includes(':') ? `| ${filter}` : `| ${filter}: ${given.trim()}`;
}

export interface JinjaForm {
  readonly start: number;
  readonly end: number;
  readonly reason: string;
  readonly hint: string;
}

const PAIRS = 'write {% for pair in x %}: pair[0] is the key, pair[1] the value';

/** Forms that Liquid reads over without a word, or takes for variables: `is not defined` would even be reversed. */
const FORMS: readonly (readonly [RegExp, string, (found: RegExpExecArray) => string])[] = [
  [/[\w.]+\s+is\s+(?:not\s+)?\w+/, 'Liquid has no `is`', ([test]) => definedHint(test)],
  [
    /\sif\s[^{}]*\selse\s/,
    'Liquid has no `a if b else c`',
    () => 'write {% if b %}{{ a }}{% else %}{{ c }}{% endif %}',
  ],
  [/\brange\([^()]*\)/, 'Liquid has no `range()`', () => 'write (0..2) for range(3)'],
  [/\.(?:items|keys|values)\(\)/, 'Liquid has no functions', () => PAIRS],
];

/** Jinja in the tags and outputs of a template, outside of `{% raw %}` and comments. */
export function jinjaForms(text: string): readonly JinjaForm[] {
  const read = text.replace(UNREAD, blank);
  return [...read.matchAll(BLOCK)].flatMap(({ 0: block, index }) => {
    const bare = block.replace(/"[^"]*"|'[^']*'/g, blank);
    return FORMS.flatMap(([pattern, reason, hint]) => {
      const found = pattern.exec(bare);
      if (found === null) return [];
      const start = index + found.index;
      return [{ start, end: start + found[0].length, reason, hint: hint(found) }];
    });
  });
}

const UNREAD = /\{%-?\s*(raw|comment)\s*-?%\}[\s\S]*?\{%-?\s*end\1\s*-?%\}/g;

function blank(text: string): string {
  return ' '.repeat(text.length);
}

function definedHint(test: string): string {
  const [name = '', word = ''] = test.split(/\s+is\s+/);
  const absent = word === 'undefined' || /^not\s+defined$/.test(word);
  if (absent) return `write {% unless ${name} %}`;
  return /^(defined|not\s+undefined)$/.test(word) ? `write {% if ${name} %}` : 'compare with ==';
}
