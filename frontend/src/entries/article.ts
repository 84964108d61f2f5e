// The page that reads an article beside the graph.

import { Reader, type Told } from "../article/reader";
import { told } from "../lib/page";

const root = document.getElementById("reader");
const known = told<Told>("article-told");
if (root && known?.documents.length) new Reader(root, document.getElementById("places"), known);
