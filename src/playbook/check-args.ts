import type { Diagnostic } from '../documents/diagnostic.ts';
import { compileSchema, type Validator } from '../documents/schema.ts';
import type { Path, SourceDocument } from '../documents/source-document.ts';
import type { PlaybookStep } from '../engine/playbook.ts';
import type { StepKind } from '../engine/step-kind.ts';
import type { CompiledValue } from '../expressions/value.ts';
import { rewordedArgs } from './argument-words.ts';
import { relaxed } from './relaxed-schema.ts';

interface KindValidators {
  readonly strict: Validator;
  readonly relaxed: Validator;
}

const validators = new WeakMap<StepKind<never>, KindValidators>();

/** Schemas are compiled on first use, once for each kind. */
function validatorsOf(kind: StepKind<never>): KindValidators {
  const known = validators.get(kind);
  if (known !== undefined) return known;
  const made = { strict: compileSchema(kind.schema), relaxed: compileSchema(relaxed(kind.schema)) };
  validators.set(kind, made);
  return made;
}

/** What is wrong with a step's arguments as far as they are written out. */
export function checkWrittenArgs(
  kind: StepKind<never>,
  args: CompiledValue,
  document: SourceDocument,
  path: Path,
): readonly Diagnostic[] {
  const { raw } = args;
  if (typeof raw === 'string' && /^\s*\w+=/.test(raw) && kind.schema.type === 'object') {
    return [keyValueText(kind, raw, document, path)];
  }
  const { strict, relaxed: open } = validatorsOf(kind);
  // An absent value is passed as null: `undefined` would stand for "what is in the document".
  const found = (args.isConstant ? strict : open).validate(document, path, raw ?? null);
  return [...rewordedArgs(kind.name, found), ...shortForm(kind, raw, document, path)];
}

/** Checks arguments after interpolation; says in one line what is wrong. */
export function argsChecker(
  kind: StepKind<never>,
  document: SourceDocument,
  path: Path,
): PlaybookStep['checkArgs'] {
  return (args, sensitive = false) => {
    const found = validatorsOf(kind).strict.validate(document, path, args ?? null);
    const [first, ...more] = rewordedArgs(kind.name, found);
    if (first === undefined) return undefined;
    const others = more.length === 0 ? '' : `; and ${more.length} more like this`;
    return `${kind.name}: ${sensitive ? withoutValue(first) : withHint(first)}${others}`;
  };
}

function withHint({ code, message, hint }: Diagnostic): string {
  const asText = code === 'wrong-type' && hint?.startsWith('write it as text') === true;
  const told = asText ? 'its value comes from {{ }}: make text of it with string(…)' : hint;
  return told === undefined ? message : `${message} (${told})`;
}

function withoutValue({ message }: Diagnostic): string {
  const subject = /^(?:item \d+ of )?`\w+`/.exec(message)?.[0] ?? 'something';
  return `${subject} does not fit the kind (its value is secret and not shown)`;
}

/** Ansible's `file: path=/etc/motd state=absent`. */
function keyValueText(kind: StepKind<never>, raw: string, document: SourceDocument, path: Path): Diagnostic {
  const pairs = [...raw.matchAll(/(\w+)=("[^"]*"|'[^']*'|\S*)/g)].map(
    ([, key = '', value = '']) => `${key}: ${asYaml(key, value)}`,
  );
  return {
    severity: 'error',
    code: 'args-as-text',
    message: `the arguments of \`${kind.name}\` are a mapping, not text with \`=\``,
    hint: `write \`${kind.name}: { ${pairs.join(', ')} }\``,
    file: document.file,
    source: document,
    range: document.locate(path),
  };
}

/** A value as it is to be written: in quotes wherever YAML would read another value than this text. */
function asYaml(key: string, value: string): string {
  if (/^["']/.test(value)) return value;
  if (/^(yes|no)$/i.test(value)) return String(/^yes$/i.test(value));
  if (/^(true|false)$/.test(value)) return value;
  const bare = /^[A-Za-z/][\w./-]*$/.test(value) || (/^(0|[1-9]\d*)$/.test(value) && !/(^|_)mode$/.test(key));
  return bare ? value : JSON.stringify(value);
}

const SHORT = /^([\s\S]*?\S)((?:\s+(?:creates|removes|chdir)=\S+)+)\s*$/;

/** Ansible's `command: make install creates=/usr/bin/app`: to a shell here, the last word is one more argument. */
function shortForm(
  kind: StepKind<never>,
  raw: unknown,
  document: SourceDocument,
  path: Path,
): readonly Diagnostic[] {
  if (kind.name !== 'command') return [];
  const inner =
    typeof raw === 'object' && raw !== null ? (raw as { readonly shell?: unknown }).shell : undefined;
  const text = typeof raw === 'string' ? raw : inner;
  const [, program, words] = SHORT.exec(typeof text === 'string' ? text : '') ?? [];
  if (program === undefined || words === undefined) return [];
  const pairs = [...words.matchAll(/(\w+)=(\S+)/g)];
  const given = pairs.map(([, key = '', value = '']) => `${key}: ${asYaml(key, value)}`).join(', ');
  return [
    {
      severity: 'error',
      code: 'args-as-text',
      message: `${pairs.map(([, key]) => `\`${key}=\``).join(' and ')} would be handed to the command itself`,
      hint: `write \`command: { shell: ${JSON.stringify(program)}, ${given} }\``,
      file: document.file,
      source: document,
      range: document.locate(typeof raw === 'string' ? path : [...path, 'shell']),
    },
  ];
}
