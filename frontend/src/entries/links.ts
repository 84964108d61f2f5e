// The page of links: a table of one's own is reviewed here.

import { Review } from "../links/review";

const root = document.getElementById("review");
if (root) {
  root.closest("section")?.removeAttribute("hidden");
  new Review(root);
}
