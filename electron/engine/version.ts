import manifest from '../../package.json' with { type: 'json' };

/** The app's version, as every run records it. */
export const version: string = manifest.version;
