"""Names in the WSGI environment under which the gateway and the application tell one another something."""

from __future__ import annotations

from typing import Final

#: The :class:`~yuanhui_kg.running.Client` for whom the request is answered; from the gateway.
CLIENT: Final = "yuanhui_kg.client"
#: The rule by which the request's path was found; from the application.
ROUTE: Final = "yuanhui_kg.route"
#: What the request's query has come to, an answer or an error; from :mod:`.express`, which leaves the rest to the application.
EVALUATED: Final = "yuanhui_kg.evaluated"
