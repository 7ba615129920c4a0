// How much load an intent may ask for.

/** Most requests each second, of all streams together. */
export const mostRequestsPerSecond = 500;
/** Most requests of one stream each second while a change of load holds. */
export const mostWhileChanged = 1000;
