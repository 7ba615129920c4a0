// What happens in a trial, and when: everything follows from shape and seed, before it begins. All instants are ms
// after the instant at which the end of the trigger was seen. Pure.

import { makeChance, type Chance } from "./chance.ts";

/** Every way of breaking and healing; README.md says what each is for. */
export const shapes = [
  "step",
  "wrong",
  "state",
  "ramp",
  "flapping",
  "partial",
  "relapse",
  "never",
  "blip",
  "skewed",
  "predictive",
  "waited",
] as const;
export type Shape = (typeof shapes)[number];

/** A stretch [from, to) in which something is wrong; `to` is Infinity for what does not heal by itself. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Of the requests decided in the stretch the share (by a seeded coin) fails, or is answered wrongly. */
interface Outage extends Stretch {
  readonly kind: "errors" | "wrong";
  readonly share: number;
}

/**
 * Added latency: rises from `from` on by `rise` ms a ms to `top` ms, and falls from `falls` on by `fall` ms a ms to
 * nothing.
 */
export interface Ramp {
  readonly from: number;
  readonly rise: number;
  readonly top: number;
  readonly falls: number;
  readonly fall: number;
}

export type ClaimType =
  | "detected"
  | "classified"
  | "decided"
  | "action.started"
  | "action.finished"
  | "verified"
  | "closed"
  | "escalated";

export interface PlannedClaim {
  readonly at: number;
  readonly type: ClaimType;
  readonly outcome?: string;
}

export interface Script {
  readonly shape: Shape;
  /** What users suffer before the recovery. */
  readonly outages: readonly Outage[];
  readonly ramp?: Ramp;
  /** The state value is down. */
  readonly down?: Stretch;
  /** What users suffer after the recovery had held. */
  readonly again?: Outage;
  /** The inventory shows the healer's action from here on. */
  readonly actedAt?: number;
  readonly claims: readonly PlannedClaim[];
  /** How far the clock that the claims carry is off, ms, before and after the first outage began. */
  readonly skewMs: readonly [number, number];
  /** An operator who starts the trigger again heals what is still broken. */
  readonly healsByOperator: boolean;
}

const minuteMs = 60_000;

/** The script of a shape; a number without a shape picks one. */
export function scriptOf(seed: number, asked?: Shape): Script {
  const shape = asked ?? shapes[seed % shapes.length] ?? "step";
  const chance = makeChance(seed, "script");
  const onset = shape === "predictive" ? chance.between(300, 700) : chance.between(80, 400);
  const heal = onset + chance.between(500, 1_400);
  const harm = harmOf(shape, { chance, onset, heal });
  const skew = chance.between(2, 9) * minuteMs * (chance.next() < 0.5 ? -1 : 1);
  return {
    shape,
    ...harm,
    ...healerOf(harm, { shape, chance, onset }),
    skewMs: shape === "skewed" ? [skew, -skew] : [0, 0],
    healsByOperator: shape === "waited",
  };
}

interface Dice {
  readonly chance: Chance;
  readonly onset: number;
  readonly heal: number;
}

type Harm = Pick<Script, "outages" | "ramp" | "down" | "again">;

function harmOf(shape: Shape, { chance, onset, heal }: Dice): Harm {
  const outage = (from: number, to: number, kind: Outage["kind"] = "errors", share = 1): Outage => {
    return { kind, share, from, to };
  };
  const whole = outage(onset, heal);
  switch (shape) {
    case "wrong":
      return { outages: [outage(onset, heal, "wrong")] };
    case "state":
      return { outages: [], down: { from: onset, to: heal } };
    case "ramp":
      return { outages: [], ramp: rampOf(chance, onset) };
    case "flapping":
      return { outages: flaps(chance, onset) };
    case "partial":
      return { outages: [outage(onset, heal + 400, "errors", chance.between(0.3, 0.6))] };
    case "relapse": {
      const again = heal + chance.between(3_400, 4_000);
      return { outages: [whole], again: outage(again, again + chance.between(400, 600)) };
    }
    case "never":
    case "waited":
      return { outages: [outage(onset, Infinity)], down: { from: onset, to: Infinity } };
    case "blip":
      return { outages: [outage(onset, onset + chance.between(3, 15))] };
    default:
      return {
        outages: [whole],
        down: { from: onset + chance.between(0, 100), to: heal + chance.between(-200, 500) },
      };
  }
}

function rampOf(chance: Chance, from: number): Ramp {
  const top = chance.between(180, 260);
  // Steep, so that a ms by which an answer is late on its way moves the crossing by less.
  const rise = chance.between(1, 2.5);
  const falls = from + top / rise + chance.between(300, 700);
  return { from, rise, top, falls, fall: chance.between(1.5, 4) };
}

/** Three or four outages; every time in between is shorter than any hold. */
function flaps(chance: Chance, onset: number): Outage[] {
  const count = chance.next() < 0.5 ? 3 : 4;
  const found: Outage[] = [];
  let from = onset;
  for (let index = 0; index < count; index += 1) {
    const to = from + chance.between(150, 320);
    found.push({ kind: "errors", share: 1, from, to });
    from = to + chance.between(150, 450);
  }
  return found;
}

/** The healer that is played: it knows the script, so that what it says comes at told instants. */
function healerOf(
  harm: Harm,
  { shape, chance, onset }: { shape: Shape; chance: Chance; onset: number },
): Pick<Script, "claims" | "actedAt"> {
  const detected = shape === "predictive" ? chance.between(20, 60) : onset + chance.between(40, 300);
  const classified = detected + chance.between(15, 50);
  const decided = classified + chance.between(15, 50);
  const claims: PlannedClaim[] = [
    { at: detected, type: "detected" },
    { at: classified, type: "classified" },
    { at: decided, type: "decided" },
  ];
  if (shape === "waited") return { claims: [...claims, { at: decided + 30, type: "escalated" }] };
  const started = decided + chance.between(15, 50);
  const actedAt = started + chance.between(30, 150);
  const finished = actedAt + chance.between(20, 60);
  claims.push({ at: started, type: "action.started" });
  claims.push({ at: finished, type: "action.finished", outcome: shape === "never" ? "failed" : "done" });
  const over = harmEnds(harm);
  const judged = Math.max(finished, Number.isFinite(over) ? over : 0) + chance.between(60, 250);
  const healed = Number.isFinite(over);
  claims.push({ at: judged, type: "verified", outcome: healed ? "healed" : "not-healed" });
  claims.push({ at: judged + chance.between(20, 150), type: healed ? "closed" : "escalated" });
  return { claims, actedAt };
}

/** When the last of the harm is over (Infinity: never); a late request of a ramp counts until it is answered. */
function harmEnds({ outages, ramp, down, again }: Harm): number {
  const ramped = ramp === undefined ? 0 : ramp.falls + ramp.top / ramp.fall + ramp.top;
  return Math.max(0, ramped, down?.to ?? 0, again?.to ?? 0, ...outages.map(({ to }) => to));
}

/** What a request, or a look at the state, that is decided at an instant is given. */
export interface Condition {
  /** Shares of the requests. */
  readonly errors: number;
  readonly wrong: number;
  readonly addedMs: number;
  readonly down: boolean;
}

const whole: Condition = { errors: 0, wrong: 0, addedMs: 0, down: false };

/**
 * The one place that decides: the condition at `at`; `operatorAt`: when the operator started the trigger, if that
 * heals.
 */
export function conditionAt(script: Script, at: number, operatorAt?: number): Condition {
  if (script.healsByOperator && operatorAt !== undefined && at >= operatorAt) return whole;
  const outages = script.again === undefined ? script.outages : [...script.outages, script.again];
  const now = outages.find((outage) => isIn(outage, at));
  return {
    errors: now?.kind === "errors" ? now.share : 0,
    wrong: now?.kind === "wrong" ? now.share : 0,
    addedMs: script.ramp === undefined ? 0 : addedBy(script.ramp, at),
    down: script.down !== undefined && isIn(script.down, at),
  };
}

function isIn({ from, to }: Stretch, at: number): boolean {
  return at >= from && at < to;
}

/** Added latency in ms of a request decided at `at`. */
function addedBy({ from, rise, top, falls, fall }: Ramp, at: number): number {
  return Math.max(0, Math.min(top, (at - from) * rise, top - (at - falls) * fall));
}
