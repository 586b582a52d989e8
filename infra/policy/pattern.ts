/** Whether a pattern of a policy covers the whole of a text: `*` stands for any characters, `?` for one. Linear in both for one `*`. */
export function covers(pattern: string, text: string): boolean {
  const [signs, letters] = [Array.from(pattern), Array.from(text)];
  let [sign, letter] = [0, 0];
  /** Where to go on with one letter more given to the last `*`, when what follows it does not fit. */
  let retry: { readonly sign: number; readonly letter: number } | undefined;
  while (letter < letters.length) {
    if (signs[sign] === '*') {
      retry = { sign, letter };
      sign += 1;
    } else if (signs[sign] === '?' || signs[sign] === letters[letter]) {
      sign += 1;
      letter += 1;
    } else if (retry) {
      retry = { sign: retry.sign, letter: retry.letter + 1 };
      sign = retry.sign + 1;
      letter = retry.letter;
    } else {
      return false;
    }
  }
  return signs.slice(sign).every((rest) => rest === '*');
}

const ARN_PARTS = 6;

/**
 * As conditions compare ARNs: each of the six parts by itself, so that no `*` reaches over a colon but in the last.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function coversArn(pattern: string, arn: string): boolean {
  const [patterns, parts] = [partsOf(pattern), partsOf(arn)];
  return patterns.length === ARN_PARTS && patterns.every((one, i) => covers(one, parts[i] ?? ''));
}

function partsOf(arn: string): readonly string[] {
  const parts = arn.split(':');
  const [head, tail] = [parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1)];
  return tail.length === 0 ? head : [...head, tail.join(':')];
}
