/** What draws on the terminal by itself: called before a question, and what it returns after the answer. */
type Pause = () => () => void;

const drawing = new Set<Pause>();

/** Has a display take itself away while somebody is asked. Returns what ends that. */
export function pauseWhileAsked(pause: Pause): () => void {
  drawing.add(pause);
  return () => drawing.delete(pause);
}

/** Asks while nothing else draws on the terminal: a question that is drawn over makes a run look hung. */
export async function asking<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  const resumes = [...drawing].map((pause) => pause());
  try {
    return await ask();
  } finally {
    for (const resume of resumes) resume();
  }
}

/** Whoever was asked something has broken off the command (Ctrl-C). The message tells what has become of things. */
export class BrokenOff extends Error {
  constructor(message = 'no host was touched') {
    super(message);
  }
}
