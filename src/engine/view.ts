import { linkLook } from '../looks/link.ts';
import type { LinkState } from '../looks/paths.ts';
import { statLook } from '../looks/stat.ts';
import type { LoginStep } from '../ssh/transport.ts';
import type { Effect } from './effect.ts';
import { isPending, PENDING, StepFailure, Unpredictable } from './failure.ts';
import { type HostLook, type HostLooks, type Look, type LookContext, LookError } from './look.ts';
import type { Overlay } from './overlay.ts';
import { RealPaths } from './real-paths.ts';
import { storeKey } from './store-key.ts';

export {
  beforeChanging,
  fail,
  failForGood,
  failHavingSaid,
  isPending,
  PENDING,
  StepFailure,
  Unpredictable,
} from './failure.ts';

type Answers<Looks extends readonly Look<unknown>[]> = {
  readonly [Index in keyof Looks]: Looks[Index] extends Look<infer Answer> ? Answer : never;
};

export interface ViewOptions {
  readonly context: LookContext;
  /** Where relative paths of the controller start: the playbook's folder. */
  readonly baseDirectory: string;
  /** The user whose shell carries the step out, `root` with become. */
  readonly actingUser: string;
  /** The user who has logged in. Default the acting user. */
  readonly loginUser?: string;
  /** What the host has let this run in by; empty where that is not known. Default empty. */
  readonly loggedInBy?: readonly LoginStep[];
  /** False: changes that cut this controller off are not refused. Default true. */
  readonly guarded?: boolean;
  /** Who asks the host instead (see asker.ts). Default the acting user; undefined while that is not known. */
  readonly asker?: string | undefined;
  /** Takes why changes would have been refused, where `guarded` is false. Default a list of its own. */
  readonly overruled?: string[];
  /** Seconds for the step's work on a host. Default 300. */
  readonly timeout?: number;
  /** The templates that the step kind asked for, by the path as written. */
  readonly rendered?: ReadonlyMap<string, string>;
}

/**
 * A host as a step sees it: what was observed, overlaid with what earlier steps will have changed.
 * `see` is the only way to it, so `compare` stays a pure function of its arguments and the view.
 */
export class View {
  readonly context: LookContext;
  readonly baseDirectory: string;
  readonly actingUser: string;
  /** The user who has logged in. */
  readonly loginUser: string;
  /** What the host has let this run in by, in this order; empty where that is not known. */
  readonly loggedInBy: readonly LoginStep[];
  /** Changes that cut this controller off are refused, and those that may are made under guard. */
  readonly guarded: boolean;
  /** Why changes would have been refused, if they were `guarded`. */
  readonly overruled: string[];
  /** Seconds for the step's work on a host. */
  readonly timeout: number;
  readonly overlay: Overlay;
  readonly #rendered: ReadonlyMap<string, string>;
  readonly #answers: ReadonlyMap<string, unknown>;
  readonly #missing: Map<string, Look<unknown>>;
  /** Undefined: nothing can be asked of the host yet. */
  readonly #asker: string | undefined;
  readonly #seen: Map<string, HostLook<unknown>>;
  readonly #realPaths: RealPaths;
  readonly #wishes: HostLook<unknown>[] = [];
  /** True when an earlier step of this host has changes that are not applied yet. */
  readonly changesPending: boolean;

  constructor(
    answers: ReadonlyMap<string, unknown>,
    missing: Map<string, Look<unknown>>,
    overlay: Overlay,
    options: ViewOptions,
    seen = new Map<string, HostLook<unknown>>(),
  ) {
    this.#seen = seen;
    this.#answers = answers;
    this.#missing = missing;
    this.overlay = overlay;
    this.context = options.context;
    this.baseDirectory = options.baseDirectory;
    this.actingUser = options.actingUser;
    this.loginUser = options.loginUser ?? options.actingUser;
    this.guarded = options.guarded ?? true;
    this.overruled = options.overruled ?? [];
    this.loggedInBy = options.loggedInBy ?? [];
    this.timeout = options.timeout ?? 300;
    this.#rendered = options.rendered ?? new Map();
    this.#asker = 'asker' in options ? options.asker : options.actingUser;
    this.changesPending = !overlay.isEmpty;
    this.#realPaths = new RealPaths({
      actingUser: this.actingUser,
      link: (path) => this.#linkAt(path),
      owner: (path) => this.#ownerOf(path),
    });
  }

  /**
   * The host looks that this view was asked for, by store key, predicted ones too: what must be looked at again
   * after apply.
   */
  get seen(): HostLooks {
    return this.#seen;
  }

  /**
   * The answers to some looks. Ask together what can be asked together: everything that is missing goes to
   * the host in one trip.
   *
   * @throws PENDING (handled by the engine) when some answer is not there yet.
   * @throws Unpredictable when an earlier step makes an answer unknowable before apply.
   */
  see<const Looks extends readonly Look<unknown>[]>(...looks: Looks): Answers<Looks> {
    let pending = false;
    const answers = looks.map((look) => {
      const found = this.#find(look);
      if (found === undefined) pending = true;
      return found?.value;
    });
    if (!pending) return answers as Answers<Looks>;
    // Taken out first: following a link for one of them may ask in turn.
    for (const wish of this.#wishes.splice(0)) this.#wish(wish);
    throw PENDING;
  }

  /**
   * Names what will most likely be needed later: it is asked along when a `see` after this has to ask anyway. It never
   * costs a trip, and is not waited for.
   */
  prefetch(...looks: readonly HostLook<unknown>[]): void {
    this.#wishes.push(...looks);
  }

  /**
   * States, before the host is seen, what will hold after this step whatever the host looks like now: which
   * artifact lies where. Later steps can then ask their looks in the same trip instead of the next.
   */
  announce(effects: readonly Effect[]): void {
    this.overlay.state(effects.map((effect) => this.#atRealPath(effect)));
  }

  /** True when somebody else asks for the acting user, who does not exist yet: what may be done as it is not seen. */
  get asksForAnother(): boolean {
    return this.#asker !== this.actingUser;
  }

  /** The controller's file that an earlier step puts, or has confirmed, at a path of the host. */
  artifactAt(path: string): string | undefined {
    return this.overlay.artifactAt(this.#realPaths.find(path).path);
  }

  /**
   * The same place without links on the way to it: what two names of one place have in common.
   *
   * @throws PENDING (handled by the engine) when some directory above it has not been looked at yet.
   */
  realPath(path: string): string {
    const real = this.#realPaths.find(path);
    if (!real.known) throw PENDING;
    return real.path;
  }

  /**
   * Effects in the form that predictions are kept in: by real paths.
   *
   * @throws PENDING as `realPath` does.
   */
  atRealPaths(effects: readonly Effect[]): readonly Effect[] {
    const settled = effects.map((effect) => this.#atRealPath(effect));
    // All are asked before the first that is missing ends the comparison.
    for (const effect of effects) if ('path' in effect) this.realPath(effect.path);
    return settled;
  }

  /**
   * The host as it will be after these effects: for a step of several parts that build on each other. What is
   * announced to it is not seen by other steps.
   */
  after(effects: readonly Effect[]): View {
    const { context, baseDirectory, actingUser, loginUser, loggedInBy, guarded, overruled, timeout } = this;
    const asker = this.#asker;
    const options = {
      context,
      baseDirectory,
      actingUser,
      loginUser,
      loggedInBy,
      guarded,
      overruled,
      asker,
      timeout,
      rendered: this.#rendered,
    };
    const overlay = this.overlay.plus(this.atRealPaths(effects));
    return new View(this.#answers, this.#missing, overlay, options, this.#seen);
  }

  /** The text of a template that the step kind named in `templates`. */
  rendered(path: string): string {
    const text = this.#rendered.get(path);
    if (text === undefined) throw new Error(`the template ${path} was not asked for`);
    return text;
  }

  #find(asked: Look<unknown>): Found {
    if (asked.where !== 'host') return this.#answered(asked, asked.key);
    if (this.#asker === undefined) return undefined;
    const { look, known } = this.#located(asked);
    if (known) return this.#findAt(look, this.#asker);
    // Asked as it is written, in the same trip as what is on the way: see real-answers.ts.
    this.#answered(look, storeKey(look, this.#asker));
    return undefined;
  }

  #wish(look: HostLook<unknown>): void {
    try {
      this.#find(look);
    } catch (error) {
      // Whoever really needs it will be told.
      if (!isPending(error) && !(error instanceof StepFailure || error instanceof Unpredictable)) throw error;
    }
  }

  /** What a look at a real path, or at no path, sees. */
  #findAt(look: HostLook<unknown>, asker: string): Found {
    const key = storeKey(look, asker);
    const predicted = this.#predict(look);
    this.#seen.set(key, look);
    // By far the most often, and some hundred times for each host.
    if (predicted === undefined) return this.#answered(look, key);
    if ('value' in predicted) return predicted;
    const actual = predicted.observe;
    const actualKey = storeKey(actual, asker);
    this.#seen.set(actualKey, actual);
    const answer = this.#answered(actual, actualKey);
    if (answer === undefined) return undefined;
    return { value: predicted.adjust?.(answer.value) ?? answer.value };
  }

  #answered(look: Look<unknown>, key: string): Found {
    if (!this.#answers.has(key)) {
      this.#missing.set(key, look);
      return undefined;
    }
    const value = this.#answers.get(key);
    if (value instanceof LookError) throw new StepFailure(value.message);
    return { value };
  }

  /** The look at the real path. Not known while a directory above it has not been looked at: then it is a guess. */
  #located(look: HostLook<unknown>): { readonly look: HostLook<unknown>; readonly known: boolean } {
    const { place } = look.kind;
    if (place === undefined) return { look, known: true };
    const written = place.of(look.query as never);
    const { path, known } = this.#realPaths.find(written);
    return { look: path === written ? look : place.at(look.query as never, path), known };
  }

  #linkAt(path: string): { readonly value: LinkState | undefined } | undefined {
    const found = this.#asker === undefined ? undefined : this.#findAt(linkLook(path), this.#asker);
    return found as { readonly value: LinkState | undefined } | undefined;
  }

  #ownerOf(path: string): string | undefined {
    const [state] = this.see(statLook(path));
    return state.exists ? state.owner : undefined;
  }

  #atRealPath(effect: Effect): Effect {
    if (!('path' in effect)) return effect;
    const { path } = this.#realPaths.find(effect.path);
    return path === effect.path ? effect : { ...effect, path };
  }

  #predict(look: HostLook<unknown>): Predicted | undefined {
    const stated = this.overlay.answer(look.key);
    if (stated !== undefined) return { value: stated.value };
    const predicted = look.kind.predict?.(look.query as never, this.overlay);
    if (predicted === undefined) return undefined;
    if ('unknown' in predicted) throw new Unpredictable(predicted.unknown);
    if ('adjust' in predicted) return { observe: look, adjust: predicted.adjust.bind(predicted) };
    if ('insteadOf' in predicted) {
      // What it is to be asked instead may itself be predicted.
      return this.#predict(predicted.insteadOf) ?? { observe: predicted.insteadOf };
    }
    return predicted;
  }
}

/** Undefined while there is no answer. */
type Found = { readonly value: unknown } | undefined;

/** The answer itself, or the look that has it. */
type Predicted =
  | { readonly value: unknown }
  | { readonly observe: HostLook<unknown>; readonly adjust?: (observed: unknown) => unknown };
