/** How many names a finding lists; the list of hosts is beside it on the screen. */
const most = 6;

/** `app1, app2 … +3`, free of language. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} … +${names.length - most}` : shown;
}
