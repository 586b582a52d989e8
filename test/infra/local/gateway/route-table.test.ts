import { expect, test } from 'vitest';
import { routeTable } from '../../../../infra/local/gateway/route-table.ts';

const KEYS = [
  '$default',
  'ANY /{proxy+}',
  'GET /images/{path+}',
  'POST /images/{path+}',
  'ANY /images/exact',
  'GET /images/{name}/meta',
  'GET /images/download/{filename+}',
  'GET /build/{id}',
  'ANY /build/{id}',
  'POST /build',
  'POST /build/',
  'GET /',
];
const find = routeTable(KEYS.map((key) => ({ key })));

test.each([
  ['GET', '/', 'GET /', {}],
  ['GET', '/images/a/b.png', 'GET /images/{path+}', { path: 'a/b.png' }],
  ['GET', '/images/a/', 'GET /images/{path+}', { path: 'a/' }],
  ['GET', '/images/a/meta', 'GET /images/{name}/meta', { name: 'a' }],
  ['GET', '/images/a/b/meta', 'GET /images/{path+}', { path: 'a/b/meta' }],
  ['GET', '/images/exact', 'ANY /images/exact', {}],
  ['POST', '/images/exact', 'ANY /images/exact', {}],
  ['GET', '/images/download/x/y', 'GET /images/download/{filename+}', { filename: 'x/y' }],
  ['GET', '/images/download/', 'GET /images/{path+}', { path: 'download/' }],
  ['POST', '/images/download/x', 'POST /images/{path+}', { path: 'download/x' }],
  ['PUT', '/images/x', 'ANY /{proxy+}', { proxy: 'images/x' }],
  ['GET', '/images/', 'ANY /{proxy+}', { proxy: 'images/' }],
  ['GET', '/build/7', 'GET /build/{id}', { id: '7' }],
  ['DELETE', '/build/7', 'ANY /build/{id}', { id: '7' }],
  ['POST', '/build', 'POST /build', {}],
  ['POST', '/build/', 'POST /build/', {}],
  ['GET', '/images/a%20b/%C3%BC%2Fc', 'GET /images/{path+}', { path: 'a b/ü/c' }],
  ['GET', '/im%61ges/x', 'GET /images/{path+}', { path: 'x' }],
  ['GET', '/build/a%2Fb', 'GET /build/{id}', { id: 'a/b' }],
  ['POST', '/', '$default', {}],
])('%s %s goes to %s', (method, path, key, parameters) => {
  expect(find(method, path)).toEqual({ route: { key }, parameters });
});

test('Without a default, what fits nothing has no route', () => {
  const few = routeTable([{ key: 'GET /health' }]);
  expect(['/', '/health/', '/health/x', '/Health'].map((path) => few('GET', path))).toEqual(
    Array(4).fill(undefined),
  );
  expect(few('HEAD', '/health')).toBeUndefined();
});
