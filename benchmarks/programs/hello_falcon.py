"""The smallest application on Falcon."""

from falcon import App, Request, Response


class Hello:
    """What is behind the route."""

    def on_get(self, req: Request, resp: Response) -> None:
        """Answer a text."""
        resp.text = "Hello, World!"


app = App(media_type="text/html; charset=utf-8")
app.add_route("/", Hello())
