/** The word that takes the fewest letters put in, left out or changed to become `text`, whatever their case. */
export function nearest(text: string, words: readonly string[]): string | undefined {
  const wanted = text.toLowerCase();
  return words
    .map((word) => ({ word, edits: distance(wanted, word.toLowerCase()) }))
    .toSorted((a, b) => a.edits - b.edits)[0]?.word;
}

/** Levenshtein's, with one row of his table at a time: `row[j]` is the way from what was read of `a` to the first `j` letters of `b`. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const changed = (row[j] ?? 0) + (b[j] === letter ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? a.length;
}
