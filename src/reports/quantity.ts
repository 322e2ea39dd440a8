/** `1 change`, `12,345 changes`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(number)} ${number === 1 ? noun : plural}`;
}

/** `12,345` */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Bytes in decimal units, as storage and networks are sold: `512 B`, `45.2 MB`. */
export function bytes(number: number): string {
  return scaled(number, 1000, ['kB', 'MB', 'GB', 'TB']);
}

function scaled(number: number, step: number, units: readonly string[]): string {
  if (number < step) return `${Math.round(number)} B`;
  let value = number;
  let unit = '';
  for (unit of units) {
    value /= step;
    if (value < step - 0.05) break;
  }
  return `${value.toFixed(1)} ${unit}`;
}

/** Bytes in the binary units in which memory and file systems are made: `512 B`, `7.7 GiB`. */
export function binaryBytes(number: number): string {
  return scaled(number, 1024, ['KiB', 'MiB', 'GiB', 'TiB']);
}

/** Milliseconds as a person says them: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** Milliseconds as a clock: `0:42`, `1:03:07`. */
export function clock(milliseconds: number): string {
  const whole = Math.floor(milliseconds / 1000);
  const two = (number: number): string => String(number).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
