import { measureTrial } from "../../builders/measured.ts";
import { stories } from "../../golden/stories.ts";
import { tell } from "../../builders/simulated-trial.ts";
import type { Story } from "../../builders/simulated-story.ts";

export const factsOf = (story: Story) => measureTrial(tell(story));

export const whole = stories["clean heal"];

export const { marks } = factsOf(whole);
