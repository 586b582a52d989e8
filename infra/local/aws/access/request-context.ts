import { type Context, contextOf } from '../../../policy/condition.ts';
import type { AwsRequest } from '../request.ts';
import type { AccessKey } from './access-key.ts';

/**
 * What policies may ask of any request. What never comes from a service of AWS here has no value; a key that is not listed is not known.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function requestContext(
  { headers, message }: AwsRequest,
  { principal, arn }: AccessKey,
  { region, now }: { readonly region: string; readonly now: number },
): Context {
  const [role = arn] = principal.names;
  return contextOf({
    'aws:SecureTransport': String(isPrivate(message.socket.remoteAddress ?? '')),
    's3:TlsVersion': isPrivate(message.socket.remoteAddress ?? '') ? '1.3' : undefined,
    'aws:SourceIp': message.socket.remoteAddress,
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
    'aws:RequestedRegion': region,
    'aws:UserAgent': headers.get('user-agent'),
    'aws:Referer': headers.get('referer'),
    'aws:PrincipalArn': role,
    'aws:PrincipalAccount': principal.account,
    'aws:PrincipalIsAWSService': 'false',
    'aws:ResourceAccount': principal.account,
    'aws:ViaAWSService': 'false',
    'aws:username': /:user\/(.+)$/.exec(arn)?.[1],
    'aws:SourceArn': undefined,
    'aws:SourceAccount': undefined,
    'aws:SourceVpc': undefined,
    'aws:SourceVpce': undefined,
    'aws:PrincipalOrgID': undefined,
  });
}

/** What goes from this machine to itself crosses no wire: it counts as TLS. */
function isPrivate(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
