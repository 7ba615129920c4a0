// The detectors that several signals share. Each is run once, however many signals it gives.
import { indexDetector } from "../detection/index-detector.ts";
import { metricDetector } from "../detection/metrics/metric-detector.ts";
import { pulseDetector } from "../detection/pulse-detector.ts";
import { source } from "./signal.ts";

export const pulse = source(pulseDetector);
export const index = source(indexDetector);
export const metrics = source(metricDetector);
