/**
 * Runs in CloudFront before its cache (cloudfront-js-2.0). What a client accepts matters with kind=auto alone, and there only the kinds that
 * not every client takes: by its whole list each browser would have a copy of the picture to itself.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
export const VIEWER_REQUEST = `
const KINDS = ['image/avif', 'image/webp'];

function handler(event) {
  const { request } = event;
  const { kind } = request.querystring;
  const accept = request.headers.accept ? request.headers.accept.value : '';
  const taken = kind && kind.value === 'auto' ? KINDS.filter((it) => accept.includes(it)) : [];
  request.headers.accept = { value: taken.concat('*/*').join(',') };
  return request;
}
`;
