// The page /explore: the graph as a graph.

import { App, type Told } from "../explore/app";
import { told } from "../lib/page";
import "../explore/explore.css";

const root = document.getElementById("explorer");
const start = told<Told>("explore-data");
if (root && start) new App(root, start);
