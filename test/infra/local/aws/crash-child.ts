import { startEndpoint } from '../../../../infra/local/aws/endpoint.ts';
import { endpointOptions } from './live-endpoint.ts';

/** An endpoint of its own process over the state folder that the first argument names; prints its address when it is ready. */
const endpoint = await startEndpoint(endpointOptions(process.argv[2] ?? ''));
console.log(endpoint.url);
