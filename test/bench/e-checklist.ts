import { Composer, Parser } from 'yaml';
import { parseChecklist } from '../../shared/checklist/parse.ts';
import { type Bench, median } from './bench.ts';

const goal = 10;
const rounds = 7;

/** A checklist of so many steps, as varied as a real one: commands with variables, expectations, probes, rollback. */
function checklistOf(steps: number): string {
  const lines = [
    'checklist: 1',
    'title: Bench ${version}',
    'version: 1.2.3',
    'vars: { tomcat: /opt/tomcat, war: "trade-${version}.war" }',
    'environments:',
    '  pre: { hosts: { p: { address: 10.0.0.1, groups: [app] } } }',
    '  prod: { hosts: { a: { address: 10.0.0.2, groups: [app] }, b: { address: 10.0.0.3, groups: [app] } } }',
    'phases:',
    '  - cold: Work',
    '    steps:',
  ];
  for (let index = 0; index < steps; index += 1) {
    lines.push(
      `      - id: step-${index}`,
      `        title: Step ${index} of \${version}`,
      '        on: app',
      '        planned: 30s',
      '        run:',
      '          command: "${tomcat}/bin/catalina.sh stop && ls ${tomcat}/webapps/${war} | grep -c trade"',
      '          expect: { exit: [0, 1], stdout: { contains: [trade], number: { at-least: 1 } } }',
      '        verify: "curl -sf http://${host.address}:8080/ping"',
      '        rollback: { run: "${tomcat}/bin/catalina.sh start" }',
    );
  }
  return `${lines.join('\n')}\n`;
}

/** The library's own work: text to nodes to plain data, as `YAML.parse` does it. */
function parseYaml(text: string): void {
  for (const document of new Composer().compose(new Parser().parse(text), true, text.length)) document.toJS();
}

function time(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** Milliseconds of a full check and of the YAML parse alone, measured in turn. */
function measure(steps: number): { readonly check: number; readonly yaml: number } {
  const text = checklistOf(steps);
  if (parseChecklist(text, 'bench.yaml').checklist === null) throw new Error('the bench checklist has errors');
  const check: number[] = [];
  const yaml: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    yaml.push(time(() => parseYaml(text)));
    check.push(time(() => parseChecklist(text, 'bench.yaml')));
  }
  return { check: median(check), yaml: median(yaml) };
}

/** (e) Parsing and checking a checklist of 2,000 steps in all environments, against parsing its YAML alone. */
export const checklist: Bench = {
  name: 'e-checklist',
  goal: `< ${goal}`,
  async run() {
    const { check, yaml } = measure(2_000);
    const ratio = check / yaml;
    const detail = `check ${check.toFixed(0)} ms, YAML alone ${yaml.toFixed(0)} ms (2,000 steps, median of ${rounds})`;
    return { ratio, holds: ratio < goal, detail };
  },
};

/** (e) Four times the steps take about four times as long. */
export const checklistLinear: Bench = {
  name: 'e-checklist-linear',
  goal: '<= 1.5',
  async run() {
    const [one, two, four] = [measure(1_000).check, measure(2_000).check, measure(4_000).check];
    const ratio = four / (4 * one);
    const detail = `1,000 steps ${one.toFixed(0)} ms, 2,000 ${two.toFixed(0)} ms, 4,000 ${four.toFixed(0)} ms; ratio is per step`;
    return { ratio, holds: ratio <= 1.5, detail };
  },
};
