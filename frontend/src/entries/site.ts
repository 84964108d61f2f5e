// What every page loads: small conveniences; nothing depends on them.

import { offerCopies } from "../lib/copying";

offerCopies(document);
