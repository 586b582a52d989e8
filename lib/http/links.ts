/** What a path cannot carry exactly, however it is escaped: the gateway decodes, cuts and joins it on the way, and downloads have their own. */
const UNSAFE_IN_PATH = /[?%\\]|\/\/|^\/|\/$|(^|\/)\.{1,2}(\/|$)|^-$|^download\//;

/** URL of the image with this key in the input bucket. */
export function imageUrl(baseUrl: string, key: string): string {
  return `${baseUrl}/images/${keyPath(key)}`;
}

/** Where the image with this key is asked for: its path as it is written into a URL, and as it arrives, with what the query has to say. */
export function imagePlace(key: string): {
  readonly escaped: string;
  readonly path: string;
  readonly search: URLSearchParams;
} {
  const isSafe = !UNSAFE_IN_PATH.test(key);
  const [escaped = ''] = keyPath(key).split('?');
  return {
    escaped: `/images/${escaped}`,
    path: `/images/${isSafe ? key : '-'}`,
    search: new URLSearchParams(isSafe ? {} : { key }),
  };
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

/** URL of the log of the image with this key. */
export function imageEventsUrl(baseUrl: string, key: string): string {
  return `${baseUrl}/events?image=${encodeURIComponent(key)}`;
}

function keyPath(key: string): string {
  if (UNSAFE_IN_PATH.test(key)) return `-?key=${encodeURIComponent(key)}`;
  return key.split('/').map(encodeURIComponent).join('/');
}
