import type { Problem } from '../../shared/checklist/problem.ts';
import { useText } from './use-text.ts';

/** A checklist's problems, each with its place in the file, what is wrong and what to do. */
export function ProblemList({ problems }: { readonly problems: readonly Problem[] }) {
  const { t, problem: words } = useText();
  return (
    <ul className="problems">
      {problems.map((problem) => {
        const { what, remedy } = words(problem);
        const place = `${problem.file.split(/[\\/]/).at(-1)}:${problem.line}:${problem.column}`;
        return (
          <li key={`${place} ${problem.code} ${JSON.stringify(problem.params)}`} className={problem.severity}>
            <span className="problem-place">{place}</span>
            <span className="problem-severity">{t(`severity-${problem.severity}`)}</span>
            <span className="problem-what">{what}</span>
            <span className="problem-remedy">{remedy}</span>
          </li>
        );
      })}
    </ul>
  );
}
