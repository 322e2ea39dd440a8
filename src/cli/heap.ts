import { setFlagsFromString } from 'node:v8';

/** From so many hosts on memory is kept instead of time. */
const MANY = 1000;

/**
 * Has V8 look for garbage when the heap has doubled. By itself it lets the heap of a busy process grow to three or four
 * times of what is alive, which for thousands of hosts are hundreds of MiB. The flag is read after each collection.
 */
export function boundHeap(hosts: number): void {
  if (hosts >= MANY) setFlagsFromString('--heap-growing-percent=100');
}
