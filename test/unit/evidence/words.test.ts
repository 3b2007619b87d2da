import { expect, it } from 'vitest';
import { createTranslator } from '../../../shared/text/translate.ts';

it.each(['en', 'zh'] as const)('says in words why a zip or a retirement was refused (%s)', (language) => {
  const { t } = createTranslator(language);
  const name = 'evidence/$ t(evidence:import-run)';
  const said = t('errors:zip-refused', { name, what: 'zip-name-case' });
  expect(said).toContain(t('evidence:zip-name-case'));
  expect(said).not.toContain('{{');
  expect(said).not.toContain(t('evidence:import-run'));
  expect(t('errors:retire-refused', { run: 'r', what: 'retire-not-over' })).toContain(t('evidence:retire-not-over'));
  expect(t('errors:retire-refused', { run: 'r', what: 'retire-left-out', name: 'notes.txt' })).toContain('notes.txt');
});
