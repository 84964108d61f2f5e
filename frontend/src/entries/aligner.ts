// A worker that finds the spans of a document in a copy: a search can take seconds, and the page is to stay usable.

import { place, type Document, type Span } from "../article/placing";

interface Order {
  text: string;
  digest: string;
  document: Document;
  spans: Span[];
}

self.addEventListener("message", (event: MessageEvent<Order>) => {
  const { text, digest, document, spans } = event.data;
  self.postMessage(place(text, digest, document, spans));
});
