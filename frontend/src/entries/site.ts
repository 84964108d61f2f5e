// What every page loads: small conveniences; nothing depends on them.

import { offerCopies } from "../lib/copying";
import { unfoldTarget } from "../lib/unfolding";

offerCopies(document);
unfoldTarget();
addEventListener("hashchange", unfoldTarget);
