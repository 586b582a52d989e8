/** What a path cannot carry exactly, however it is escaped: the gateway decodes, cuts and joins it on the way. */
const UNSAFE_IN_PATH = /[?%\\]|\/\/|^\/|\/$|(^|\/)\.{1,2}(\/|$)|^-$/;

/** URL of the image with this key in the input bucket. */
export function imageUrl(baseUrl: string, key: string): string {
  return `${baseUrl}/images/${keyPath(key)}`;
}

/** URL under which the output with this key is downloaded. */
export function downloadUrl(baseUrl: string, key: string): string {
  return `${baseUrl}/images/download/${keyPath(key)}`;
}

export function buildUrl(baseUrl: string, id: string): string {
  return `${baseUrl}/build/${id}`;
}

export function eventsUrl(baseUrl: string, build: string): string {
  return `${baseUrl}/events?build=${build}`;
}

function keyPath(key: string): string {
  if (UNSAFE_IN_PATH.test(key)) return `-?key=${encodeURIComponent(key)}`;
  return key.split('/').map(encodeURIComponent).join('/');
}
