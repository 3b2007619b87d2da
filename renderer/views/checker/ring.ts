/** Two short tones, as notes in hertz; the alarm falls, everything else rises. */
const notes = { calm: [660, 880], alarm: [880, 440, 880, 440] } as const;
const NOTE_S = 0.16;

/** A short sound on the checker's side only; made here, no file. Where there is no sound the screen says it all. */
export function ring(alarm: boolean): void {
  if (globalThis.AudioContext === undefined) return;
  const context = new AudioContext();
  const played = notes[alarm ? 'alarm' : 'calm'];
  for (const [index, hertz] of played.entries()) {
    const at = context.currentTime + index * NOTE_S;
    const tone = new OscillatorNode(context, { type: 'sine', frequency: hertz });
    const loudness = new GainNode(context, { gain: 0 });
    // Without a soft edge every tone begins and ends with a crack.
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(0.18, at + 0.02);
    loudness.gain.linearRampToValueAtTime(0, at + NOTE_S);
    tone.connect(loudness).connect(context.destination);
    tone.start(at);
    tone.stop(at + NOTE_S);
  }
  setTimeout(() => void context.close(), (played.length * NOTE_S + 0.5) * 1_000);
}
