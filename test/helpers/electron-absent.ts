/** Stands in for the `electron` module where tests run in plain Node (see vitest.config.ts). */
throw new Error(
  'This code imports `electron`, which plain Node does not have. Pass what it needs in, or test it end to end.',
);
