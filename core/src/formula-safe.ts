/**
 * What makes a spreadsheet take a CSV cell for a formula (OWASP, CSV injection), in half and full width; behind quotes that
 * stand there already, so that taking one away gives back the text as it was.
 */
const looksLikeFormula = /^'*[=+\-@\t\r\n＝＋－＠]/;

/** Text that a spreadsheet would run is led by a quote, which makes it text. Numbers need none: they are no text. */
export const toSafeText = (text: string): string => (looksLikeFormula.test(text) ? `'${text}` : text);

/** The text that `toSafeText` was given. */
export const fromSafeText = (cell: string): string =>
  cell.startsWith("'") && looksLikeFormula.test(cell) ? cell.slice(1) : cell;
