import { describe, expect, it } from 'vitest';
import { matchPath, matchRoute } from '../../../lib/http/match.ts';
import { ROUTES, type Route } from '../../../lib/http/routes.ts';

const match = (method: string, path: string, query = '') =>
  matchRoute(method, path, new URLSearchParams(query));

describe('a route', () => {
  it.each([
    ['GET', '/images/download/a/b.jpg', '', 'download', { filename: 'a/b.jpg' }],
    ['GET', '/images/downloads/a.jpg', '', 'image', { path: 'downloads/a.jpg' }],
    ['GET', '/images/download', '', 'image', { path: 'download' }],
    ['HEAD', '/images/a.jpg', '', 'image', { path: 'a.jpg' }],
    ['HEAD', '/health', '', 'health', {}],
    ['GET', '/health/', '', 'health', {}],
    ['POST', '/build/', '', 'startBuild', {}],
    ['GET', '/build/abc/', '', 'build', { id: 'abc' }],
    ['PUT', '/images/a b/c.jpg', '', 'put', { path: 'a b/c.jpg' }],
    ['POST', '/images/trip/', '', 'upload', { path: 'trip/' }],
    ['POST', '/images/', '', 'uploadFiles', {}],
    ['GET', '/images/a\nb', '', 'image', { path: 'a\nb' }],
    ['GET', '/images/a.jpg', 'meta=true', 'imageFacts', { path: 'a.jpg' }],
    ['GET', '/images/a.jpg', 'meta=1&xsize=3', 'imageFacts', { path: 'a.jpg' }],
    ['GET', '/images/a.jpg', 'meta=false', 'image', { path: 'a.jpg' }],
    ['GET', '/images/a.jpg', 'meta=yes', 'image', { path: 'a.jpg' }],
    ['GET', '/images/a.jpg', 'url=TRUE', 'imageUrl', { path: 'a.jpg' }],
    ['PUT', '/images/a.jpg', 'meta=true', 'putFacts', { path: 'a.jpg' }],
    ['DELETE', '/images/a.jpg', 'meta=true', 'remove', { path: 'a.jpg' }],
  ])('%s %s?%s is %s', (method, path, query, name, params) => {
    expect(match(method, path, query)).toMatchObject({ name, params });
  });

  it.each([
    ['DELETE', '/health', ['GET', 'HEAD']],
    ['PATCH', '/images/a.jpg', ['DELETE', 'GET', 'HEAD', 'POST', 'PUT']],
    ['GET', '/tokens', ['POST']],
    ['GET', '/nowhere', []],
    ['GET', '/', []],
    ['GET', '/build/a/b', []],
    ['GET', '/openapiXjson', []],
    ['GET', '/Health', []],
    ['get', '/health', ['GET', 'HEAD']],
  ])('that %s %s is not lists what there is: %j', (method, path, allow) => {
    expect(match(method, path)).toEqual({ allow });
  });

  it('of the table is found by its own method and path', () => {
    for (const [name, { method, path, when }] of Object.entries<Route>(ROUTES)) {
      const asked = path.replaceAll(/\{\w+\+?\}/g, 'x');
      expect(match(method, asked, when && `${when}=true`)).toMatchObject({ name });
    }
  });
});

describe('a template', () => {
  it.each([
    ['/a/{b}', '/a/x', { b: 'x' }],
    ['/a/{b}', '/a/x/', { b: 'x' }],
    ['/a/{b}', '/a/x/y', undefined],
    ['/a/{b}', '/a/', undefined],
    ['/a/{b+}', '/a/x//y/', { b: 'x//y/' }],
    ['/a/{b+}', '/a/', undefined],
    ['/a.json', '/axjson', undefined],
  ])('%s gives of %s the parameters %j', (template, path, params) => {
    expect(matchPath(template, path)).toEqual(params);
  });
});
