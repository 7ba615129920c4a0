// Words that rooms of this target use of the kind of data that a record is.

/** Of a record that says in no way that was agreed what it is; a policy asks for the most it knows of. */
export const UNCLASSIFIED = "unclassified";
