import type { Argv, Options } from 'yargs';
import type { TextOption } from './option-forms.ts';

/** Whether the command line asks for help, as far as that can be told without reading it. */
export function asksForHelp(args: readonly string[]): boolean {
  return args.some((word) => word === '--help' || word === '-h');
}

/**
 * Has the help say what is to be given to options: `--private-key FILE`. yargs knows nothing of that, but lays out whatever
 * name an option has: so to those who only ask for help the value is part of the name.
 */
export function nameValues(parser: Argv): Argv {
  const define = parser.option.bind(parser) as (key: string, option: Options) => Argv;
  const named = (key: string | Readonly<Record<string, Options>>, option?: Options): Argv => {
    if (typeof key !== 'string') {
      for (const [name, one] of Object.entries(key)) named(name, one);
      return parser;
    }
    const { value } = (option ?? {}) as Partial<TextOption>;
    return define(value === undefined ? key : `${key} ${value}`, option ?? {});
  };
  return Object.assign(parser, { option: named, options: named });
}
