// The head of every page: nothing is fetched, and nothing runs but what its policy names.

/** `policy`: the Content-Security-Policy, text or an expression of the template; `css` holds no text from outside. */
export function headOf(policy: string, css: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{{title}}</title>
<style>${css}</style>
</head>
<body>
<header>`;
}
