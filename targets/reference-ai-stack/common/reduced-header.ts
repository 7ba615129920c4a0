/** Says on each answer of the gateway that is not of full service which step it is of. */
export const REDUCED_HEADER = "x-service-reduced";
