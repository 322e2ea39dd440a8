import { createRequire } from 'node:module';
import type { Liquid } from 'liquidjs';
import { invalidArgument } from './failure.ts';

/** Tags that would read other files. */
const FILE_TAGS = ['include', 'render', 'layout', 'block'];

/** Filters whose result differs from run to run: a file made with them would never stay converged. */
const RANDOM_FILTERS = ['sample'];

/** Milliseconds that one rendering may take: a last resort, so that a busy controller fails no honest template. */
const RENDER_LIMIT = 10_000;
/** Characters of one template. */
const PARSE_LIMIT = 5_000_000;
/** Units of memory (roughly characters and items) that one rendering may create. */
const MEMORY_LIMIT = 10_000_000;

/** What `{{ }}` may print. The engine itself would print `[object Object]`, `Infinity` and lists run together. */
function plainText(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    const what = Array.isArray(value) ? 'a list' : 'a mapping';
    throw invalidArgument(
      `${what} cannot stand inside text`,
      'use | join: ", " or | json to make text of it',
    );
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw invalidArgument(`${value} is no number`);
  const text = value === undefined || value === null ? '' : String(value);
  if (HALF.test(text)) {
    throw invalidArgument('this cuts a character in two', 'a filter before it has parted it: leave that out');
  }
  told?.(text);
  return text;
}

/** Half of a surrogate pair, which no file can hold. */
const HALF = /\p{Cs}/u;

let told: ((text: string) => void) | undefined;

/** Renders, and tells every text that a `{{ }}` prints. */
export function renderTelling(listener: (text: string) => void, render: () => unknown): unknown {
  told = listener;
  try {
    return render();
  } finally {
    told = undefined;
  }
}

const require = createRequire(import.meta.url);

let engine: Liquid | undefined;

/** The one Liquid engine. Loaded only when there is a template. */
export function liquidEngine(): Liquid {
  engine ??= build();
  return engine;
}

function build(): Liquid {
  const { Liquid } = require('liquidjs') as typeof import('liquidjs');
  const built = new Liquid({
    strictVariables: true,
    strictFilters: true,
    // `{% if x %}` and `| default:` may ask for what is not there.
    lenientIf: true,
    ownPropertyOnly: true,
    relativeReference: false,
    // An empty mapping of templates instead of the file system.
    templates: {},
    // The same text on every controller.
    timezoneOffset: 0,
    locale: 'en-US',
    outputEscape: plainText,
    parseLimit: PARSE_LIMIT,
    renderLimit: RENDER_LIMIT,
    memoryLimit: MEMORY_LIMIT,
  });
  for (const tag of FILE_TAGS) delete built.tags[tag];
  for (const filter of RANDOM_FILTERS) delete built.filters[filter];
  built.registerFilter('split', splitter(built.filters.split as Filter));
  return built;
}

type Filter = (this: unknown, text: unknown, at: unknown) => unknown;

/** `split: ""` gives characters; the library's own gives the halves of those beyond U+FFFF. */
function splitter(split: Filter): Filter {
  return function (text, at) {
    const parts = split.call(this, text, at) as readonly string[];
    return String(at ?? '') === '' ? [...parts.join('')] : parts;
  };
}
