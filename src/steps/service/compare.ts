import type { Change } from '../../engine/change.ts';
import type { Json } from '../../engine/json.ts';
import { type Action, type Comparison, converged } from '../../engine/step-kind.ts';
import { fail, type View } from '../../engine/view.ts';
import { unitLook } from '../../looks/unit/look.ts';
import { type UnitAnswer, type UnitState, unmasked } from '../../looks/unit/state.ts';
import { linkAction, reloadAction, startAction, stopAction } from './actions.ts';
import { guardOfUnit, requireWayIn } from './guard.ts';
import type { ServiceArgs } from './schema.ts';
import { requireSystemRuns } from './system-units.ts';

const SUFFIXES = /\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/;

/** A unit of systemd that runs or not, now and at boot. */
export function compare(args: ServiceArgs, view: View): Comparison {
  const unit = unitName(args);
  const look = unitLook(unit);
  const [answer] = view.see(look);
  const found = requireUnit(answer, unit);
  const steps = new Steps(unit);
  const now = plan(args, found, steps);
  if (steps.changes.length === 0) return { ...converged(), ...notesOf(args, now) };
  requireSystemRuns(args, found.id, args.state === 'started' && !isActive(found), view);
  if (view.actingUser !== 'root') {
    fail(`only root may change ${unit}`, 'set "become: true" on the step or the play');
  }
  requireWayIn(args, found, steps.changes, view);
  return {
    changes: steps.changes,
    effects: [{ type: 'answer', key: look.key, value: now }],
    actions: () => steps.actions(found),
    ...guardOfUnit(found),
    ...notesOf(args, now),
  };
}

/** The changes found so far, with the actions that bring them about. */
class Steps {
  readonly changes: Change[] = [];
  readonly #links: Action[] = [];
  readonly #runs: Action[] = [];
  #reload = false;
  readonly #unit: string;

  constructor(unit: string) {
    this.#unit = unit;
  }

  change(attribute: string, before: Json, after: Json, action: Action | undefined): void {
    this.changes.push({
      resource: 'service',
      target: this.#unit,
      action: 'update',
      attribute,
      before,
      after,
    });
    if (action === undefined) this.#reload = true;
    else (attribute === 'state' ? this.#runs : this.#links).push(action);
  }

  /** Links before runs: what is unmasked can be started. A mask comes last: what is masked cannot be stopped. */
  actions(found: UnitState): readonly Action[] {
    const masks = this.#links.filter(({ title }) => title.startsWith('masking'));
    const others = this.#links.filter((action) => !masks.includes(action));
    const reload = this.#reload || found.outdated ? [reloadAction()] : [];
    return [...reload, ...others, ...this.#runs, ...masks];
  }
}

/** Notes what is to change, and returns the unit as it will be. */
function plan(args: ServiceArgs, found: UnitState, steps: Steps): UnitState {
  const unit = unitName(args);
  let now = found;
  if (args.masked === false && isMasked(now)) {
    now = unmasked(now);
    steps.change('masked', true, false, linkAction('unmask', now.id));
  }
  if (
    now.load === 'not-found' &&
    !(args.masked === true || args.state === 'stopped' || args.enabled === false)
  ) {
    fail(
      `there is no unit ${unit} on this host, and no earlier step brings its file`,
      'mind the spelling; install its package, or write its unit file to /etc/systemd/system in a step before this one',
    );
  }
  requireUsable(args, now, unit);
  if (now.outdated && now.load === 'loaded' && (isActive(now) || now.file === 'enabled')) {
    steps.change('unit file', 'outdated', 'read', undefined);
  }
  now = { ...now, outdated: false };
  if (args.enabled !== undefined && !isFixed(now) && isOtherwise(now, args.enabled)) {
    const verb = args.enabled ? 'enable' : 'disable';
    steps.change('enabled', !args.enabled, args.enabled, linkAction(verb, now.id));
    now = { ...now, file: args.enabled ? 'enabled' : 'disabled', linked: args.enabled };
  }
  if (args.state === 'started' && !isActive(now)) {
    steps.change('state', runState(now), 'started', startAction(now.id));
    now = { ...now, active: 'active' };
  }
  if (args.state === 'stopped' && runState(now) !== 'stopped' && now.active !== 'failed') {
    steps.change('state', runState(now), 'stopped', stopAction(now.id));
    now = { ...now, active: 'inactive' };
  }
  if (args.masked === true && !isMasked(now)) {
    steps.change('masked', false, true, linkAction('mask', now.id));
    now = { ...now, load: 'masked', file: 'masked' };
  }
  return now;
}

function unitName({ name, state, enabled, masked }: ServiceArgs): string {
  const unit = SUFFIXES.test(name) ? name : `${name}.service`;
  if (/@\.[a-z]+$/.test(unit)) {
    fail(`${unit} is a template, not a unit`, `name an instance of it: ${unit.replace('@.', '@NAME.')}`);
  }
  if (masked === true && (state === 'started' || enabled === true)) {
    fail('what is masked can be neither started nor enabled', 'leave out "masked", or set it to false');
  }
  return unit;
}

function requireUnit(answer: UnitAnswer, unit: string): UnitState {
  if (answer.kind === 'no-systemd') {
    return fail(
      `this host has no systemd (it runs ${answer.init})`,
      'manage its services with "file" and "command" steps, or leave this host out with "when"',
    );
  }
  if (answer.load !== 'loaded' && answer.load !== 'masked' && answer.load !== 'not-found') {
    fail(`systemd cannot read ${unit}: ${answer.load}`, `see "systemctl status ${unit}" on the host`);
  }
  return answer;
}

function requireUsable(args: ServiceArgs, now: UnitState, unit: string): void {
  const starts = args.state === 'started' && !isActive(now);
  const wants = starts ? 'started' : args.enabled === true ? 'enabled' : undefined;
  if (isMasked(now) && wants !== undefined) {
    fail(`${unit} is masked on this host, so it cannot be ${wants}`, 'set "masked: false" in this step');
  }
  if (starts && now.runsOnce) {
    fail(
      `${unit} runs once and ends (Type=oneshot), so it cannot be kept started`,
      'set RemainAfterExit=yes in its unit file, enable a timer for it, or run it by a "command" step',
    );
  }
  if (args.masked === true && !isMasked(now) && now.path?.startsWith('/etc/systemd/system/') === true) {
    fail(
      `${unit} cannot be masked: its own file stands where the mask would be (${now.path})`,
      'remove the file instead, or move it to /usr/local/lib/systemd/system',
    );
  }
}

function isMasked({ load, file }: UnitState): boolean {
  return load === 'masked' || file === 'masked' || file === 'masked-runtime';
}

function isActive({ active }: UnitState): boolean {
  return active === 'active' || active === 'reloading' || active === 'refreshing';
}

function isEnabled({ file }: UnitState): boolean {
  return file === 'enabled' || file === 'alias';
}

/** Enabled until the next boot is neither enabled nor disabled. */
function isOtherwise(now: UnitState, enabled: boolean): boolean {
  return now.file === 'enabled-runtime' || isEnabled(now) !== enabled;
}

/** Without an [Install] section there is nothing to enable or disable: other units bring it up. */
function isFixed({ file }: UnitState): boolean {
  return ['static', 'indirect', 'generated', 'transient', 'masked', 'masked-runtime', ''].includes(file);
}

function runState(now: UnitState): string {
  if (isActive(now)) return 'started';
  return now.active === 'inactive' ? 'stopped' : now.active;
}

function notesOf(args: ServiceArgs, now: UnitState): { readonly notes?: readonly string[] } {
  if (args.enabled !== true || isEnabled(now)) return {};
  return {
    notes: [
      `${unitName(args)} is ${now.file}: it has nothing to enable, other units or a generator start it`,
    ],
  };
}
