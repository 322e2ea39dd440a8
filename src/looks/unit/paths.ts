import { UNIT_DIRECTORIES, unitFileNames } from './state.ts';

/** Where the file of a unit may be, those first that come before others. */
export function candidates(unit: string): readonly string[] {
  return unitFileNames(unit).flatMap((name) => UNIT_DIRECTORIES.map((directory) => `${directory}/${name}`));
}

/** systemd.unit(5): `foo@x.service.d`, `foo@.service.d` and `service.d`. */
export function dropInFolders(unit: string): readonly string[] {
  const type = unit.slice(unit.lastIndexOf('.') + 1);
  return [...unitFileNames(unit), type].flatMap((name) =>
    UNIT_DIRECTORIES.map((directory) => `${directory}/${name}.d`),
  );
}
