/** What a stage lets through of one route: so many requests at once, and so many a second. */
export interface Throttle {
  readonly requestsPerSecond: number;
  readonly burst: number;
}

/**
 * Whether a route may take one more request: API Gateway's token bucket, one a route.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export function throttled({ requestsPerSecond, burst }: Throttle, now: () => number) {
  const buckets = new Map<string, { readonly tokens: number; readonly atMs: number }>();
  return (routeKey: string): boolean => {
    const atMs = now();
    const before = buckets.get(routeKey) ?? { tokens: burst, atMs };
    const tokens = Math.min(burst, before.tokens + ((atMs - before.atMs) * requestsPerSecond) / 1_000);
    const isTaken = tokens >= 1;
    buckets.set(routeKey, { tokens: isTaken ? tokens - 1 : tokens, atMs });
    return !isTaken;
  };
}
