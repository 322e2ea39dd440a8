/**
 * Waits for something, but not for long.
 *
 * @param time milliseconds.
 * @returns whether it came.
 */
export async function within(time: number, wanted: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), time);
  });
  try {
    return await Promise.race([wanted.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
