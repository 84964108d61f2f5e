// What an address points to is unfolded: not every browser does that by itself.

/** Open all that is folded around the element that the address names, and go there. */
export function unfoldTarget(): void {
  const target = document.getElementById(decoded(location.hash.slice(1)));
  let folded = target?.closest<HTMLDetailsElement>("details:not([open])");
  if (!folded) return;
  for (; folded; folded = folded.parentElement?.closest<HTMLDetailsElement>("details:not([open])")) folded.open = true;
  target?.scrollIntoView();
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
