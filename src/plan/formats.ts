// Forms in which a plan is shown.

export const planFormats = ["text", "json", "mermaid"] as const;
export type PlanFormat = (typeof planFormats)[number];
