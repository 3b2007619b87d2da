/**
 * Whether a key fits a simple glob: `*` stands for any characters (none included), `?` for exactly one, everything
 * else for itself. Takes at most length(key) × length(glob) steps, so that no glob can hang the app.
 */
export function fitsGlob(key: string, glob: string): boolean {
  let at = 0;
  let inGlob = 0;
  let star = -1;
  let resume = 0;
  while (at < key.length) {
    const wanted = glob[inGlob];
    if (wanted === '*') {
      star = inGlob;
      resume = at;
      inGlob += 1;
    } else if (wanted !== undefined && (wanted === '?' || wanted === key[at])) {
      at += 1;
      inGlob += 1;
    } else if (star !== -1) {
      // The last star takes one character more.
      resume += 1;
      at = resume;
      inGlob = star + 1;
    } else return false;
  }
  while (glob[inGlob] === '*') inGlob += 1;
  return inGlob === glob.length;
}
