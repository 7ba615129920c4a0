// The dependencies of a run on a terminal.

import { counted } from "../core/text.ts";
import { isMany, type ActionCount } from "../verdict/dependencies/actions.ts";
import { callName } from "../verdict/dependencies/calls.ts";
import { isWorse, type DependencyChanges } from "../verdict/dependencies/changes.ts";
import type { Dependencies } from "../verdict/dependencies/dependencies.ts";
import type { StruckPlace, UnfeltPlace } from "../verdict/dependencies/places.ts";
import type { SideEffect } from "../verdict/dependencies/side-effects.ts";
import { oneLine } from "./text.ts";

/** Each target with its calls, what moved beside them, what nobody felt, and actions per recovery. */
export function dependencyLines(all: readonly Dependencies[]): readonly string[] {
  return all.flatMap(targetLines);
}

function targetLines(of: Dependencies): readonly string[] {
  const { target, trials, traces, calls, unstruck, looked, sideEffects, unfelt, actions } = of;
  const from = oneLine(`${target}: ${counted(trials, "trial")} that passed or failed, ${counted(traces, "trace")}`);
  if (calls.length === 0) {
    const why = "no trace shows a call from one service to another, so nothing says which services may move";
    return [from, ...part("calls", [why]), ...unfeltLines(unfelt), ...actionLines(actions)];
  }
  const traced = sideEffects.filter(({ isTraced }) => isTraced);
  const untraced = sideEffects.filter(({ isTraced }) => !isTraced);
  return [
    from,
    ...part(
      "calls that traces show",
      calls.map(
        (call) =>
          `${callName(call)} in ${counted(call.traces, "trace")}${unstruck.includes(callName(call)) ? ", no fault was put on it" : ""}`,
      ),
    ),
    ...part(
      "moved, and no traced call leads from it to the fault",
      traced.length === 0 ? [noneText(looked)] : traced.map(effectText),
    ),
    ...part("moved, and stands in no trace", untraced.map(effectText)),
    ...unfeltLines(unfelt),
    ...actionLines(actions),
  ];
}

/** Without a trial that could show one, nothing is known. */
function noneText(looked: number): string {
  if (looked === 0) return "not known: no trial with a fault and the whole healer passed or failed";
  return `none in ${counted(looked, "trial")} with a fault and the whole healer`;
}

function part(head: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`  ${head}`, ...lines.map((line) => `    ${oneLine(line)}`)];
}

function effectText({ intent, service, trials, of, says }: SideEffect): string {
  return `${service} in ${trials} of ${counted(of, "trial")} of ${intent}: ${says}`;
}

function unfeltLines(unfelt: readonly UnfeltPlace[]): readonly string[] {
  return part("struck, and no steady state broke", unfelt.map(unfeltText));
}

function unfeltText({ intent, place, trials }: UnfeltPlace): string {
  return `${place} in ${counted(trials, "trial")} of ${intent}`;
}

function actionLines(actions: readonly ActionCount[]): readonly string[] {
  return part("actions from the fault to the recovery", actions.map(actionText));
}

function actionText(count: ActionCount): string {
  const { intent, recoveries, claimed, instances } = count;
  const started = claimed === undefined ? "actions not told" : `${spanText(claimed)} started`;
  const all = `${intent}: ${started}, new instances ${spanText(instances)}, in ${counted(recoveries, "trial")} that healed`;
  return isMany(count) ? `${all}: many for one recovery` : all;
}

function spanText({ least, most }: { readonly least: number; readonly most: number }): string {
  return least === most ? String(least) : `${least} to ${most}`;
}

function feltText({ intent, place, felt }: StruckPlace): string {
  return `${place} in ${counted(felt, "trial")} of ${intent} without the remedy`;
}

/** What came and went since the earlier run, and what could not be compared. */
export function dependencyChangeLines(changes: readonly DependencyChanges[]): readonly string[] {
  return changes.flatMap((one) => {
    const { target, calls, sideEffects, unfelt, many } = one;
    const lines = [
      ...(calls?.came ?? []).map((call) => `call not seen before: ${callName(call)}`),
      ...(calls?.went ?? []).map((call) => `call not seen any more: ${callName(call)}`),
      ...(sideEffects?.came ?? []).map((effect) => `new side effect: ${effectText(effect)}`),
      ...(sideEffects?.went ?? []).map((effect) => `side effect not seen any more: ${effectText(effect)}`),
      ...unfelt.came.map((place) => `not felt any more: ${unfeltText(place)}`),
      ...unfelt.went.map((place) => `felt now: ${feltText(place)}`),
      ...many.came.map((count) => `many actions now: ${actionText(count)}`),
      ...many.went.map((count) => `not many actions any more: ${actionText(count)}`),
    ];
    const untold = [
      ...(calls === undefined ? ["calls are not compared: no intent has traces in both runs"] : []),
      ...(sideEffects === undefined ? ["side effects are not compared: not both runs show a call"] : []),
    ];
    const none = untold.length === 0 ? "nothing" : "nothing of what could be compared";
    const found = isWorse(one) ? "for the worse" : "nothing for the worse";
    return [
      oneLine(`changed at ${target}: ${lines.length === 0 ? none : found}`),
      ...[...lines, ...untold].map((line) => `  ${oneLine(line)}`),
    ];
  });
}
