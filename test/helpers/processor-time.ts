/**
 * Milliseconds of processor time this process has spent since. Unlike the clock's they do not grow with what else the
 * machine does, so that a limit on them is a statement about the work.
 */
export function processorTime(): () => number {
  const began = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1_000;
  };
}
