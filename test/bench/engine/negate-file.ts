import { readFileSync, writeFileSync } from 'node:fs';
import { render } from '../../../lib/image/render.ts';
import { toRecipe } from '../../../lib/recipe/recipe.ts';

const [input = '', output = ''] = process.argv.slice(2);
const [negative] = await render(readFileSync(input), [toRecipe({ negate: true }, 'source')]);
writeFileSync(output, negative?.bytes ?? '');
