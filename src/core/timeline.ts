// The timeline's shapes live in the room of records.

export type { Claim, ClaimType, RunnerUp } from "../records/claim.ts";
export type { ReadBackEvent, WriteEvent } from "../records/timeline/documents.ts";
export type { PressureEvent } from "../records/timeline/environment.ts";
export type { TimelineEvent, Unstamped } from "../records/timeline/event.ts";
export type { AbortEvent, FaultEvent } from "../records/timeline/fault.ts";
export type { ClaimEvent, FeedEvent } from "../records/timeline/feed.ts";
export type { InventoryChange, InventoryEvent } from "../records/timeline/inventory.ts";
export type { PhaseName } from "../records/timeline/phase.ts";
export type { ReadingEvent } from "../records/timeline/reading.ts";
export type { LateEvent, RequestEvent } from "../records/timeline/request.ts";
export type { TroubleEvent } from "../records/timeline/trouble.ts";
