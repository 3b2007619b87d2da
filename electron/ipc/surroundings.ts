/** Whose `.ssh` and which agent connections use: the person's own, or a demo's. */
export interface Surroundings {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
}
