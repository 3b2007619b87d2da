import { afterEach, expect, it } from 'vitest';
import { Reports } from '../../../renderer/views/finished/reports.tsx';
import { reportFormats } from '../../../shared/contract/report-formats.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { named, press, showRun } from './screen-kit.tsx';

let close: () => Promise<void> = async () => {};
afterEach(() => close());

it('offers a button for every format a report can be saved in, and says where it went', async () => {
  const shown = await showRun(planOf([step('stop')]), [], ({ state }) => <Reports state={state} />);
  close = shown.close;
  const { api } = shown;
  const asked: unknown[] = [];
  const request = api.request.bind(api);
  api.request = async (name, payload) => {
    if (name === 'report:save') asked.push(payload);
    return await request(name, payload);
  };
  for (const word of [/PDF…/, /HTML…/, /Markdown…/, /CSV…/, /JSON…/]) await press(named('button', word));
  const formats = asked.map((one) => (one as { readonly format: string }).format);
  expect(formats.toSorted()).toEqual([...reportFormats].toSorted());
  expect(named('[role=status]', /Saved/).textContent).toContain('/home/wang/report.pdf');
});
