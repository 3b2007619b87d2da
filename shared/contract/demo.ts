/** The environments of the demo checklist: the same hosts for one person, and for two. */
export const demoEnvironments = { alone: 'demo', withChecker: 'demo-with-checker' } as const;
