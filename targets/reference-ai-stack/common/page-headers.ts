// What a browser is told with each page of the stack: nothing of elsewhere is loaded, run, framed or asked.

/** Of every answer that a browser shows. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; " +
    "frame-ancestors 'none'; base-uri 'none'",
  "x-content-type-options": "nosniff",
  // With `no-referrer` a browser says `Origin: null` also of our own forms.
  "referrer-policy": "same-origin",
  "cache-control": "no-store",
};
