import { mount } from '../../renderer/mount.tsx';
import { FakeCheckerApi } from '../helpers/fake-checker-api.ts';
import { FakeCountersignApi } from '../helpers/fake-countersign-api.ts';
import { scenes } from './scenes.ts';

// `?scene=run-mid&language=zh&theme=dark` shows one scene of the screens, fed by a fake main process.
const query = new URLSearchParams(location.search);
const language = query.get('language') === 'zh' ? 'zh' : 'en';
const theme = query.get('theme') === 'dark' ? 'dark' : 'light';
const scene = scenes[query.get('scene') ?? 'home'];
const root = document.getElementById('root');
if (scene === undefined || root === null) throw new Error('No such scene.');
const script = scene.script(language, theme);
const { followed } = script;
const api = followed === undefined ? new FakeCountersignApi(script) : new FakeCheckerApi(script, followed);
mount(root, api);
Object.assign(window, { fake: api });
