// The page to ask with.

import { told } from "../lib/page";
import { Workbench, type Told } from "../query/workbench";

const form = document.querySelector<HTMLFormElement>("form.query");
const known = told<Told>("query-told");
if (form && known) new Workbench(form, known);
