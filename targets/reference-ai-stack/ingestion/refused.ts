/** What was asked cannot be done, and why. */
export class Refused extends Error {}
