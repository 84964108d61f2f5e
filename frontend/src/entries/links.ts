// The page of links: a table of one's own is reviewed here.

import { Review } from "../links/review";

const root = document.getElementById("review");
if (root) {
  for (const part of [root.closest("section"), document.getElementById("to-review")]) part?.removeAttribute("hidden");
  new Review(root);
}
