// Downstream of every replica: a question of ours, through the gateway and all that it calls.
import { NUMBERS } from "../../numbers.ts";
import type { VerifyProbe } from "../probe.ts";

export const questionAnswered: VerifyProbe = {
  name: "question-answered",
  shows: "downstream",
  reads: ["question"],
  open:
    ({ witness }) =>
    async () => {
      const answer = await witness.ask();
      if (answer === null) return null;
      const { ok, ms } = answer;
      const says = ok ? `a question was answered in ${ms.toFixed(0)} ms` : "a question was not answered";
      return { bad: ok ? ms : NO_ANSWER_MS, isGood: ok && ms <= NUMBERS.verification.answerMs, says };
    },
  harm: 1000,
};

/** No answer counts as one that took as long as anybody would wait, ms. */
const NO_ANSWER_MS = 10_000;
