"""A page that cannot be made says why, in place of nothing at all."""

import pytest
from playwright.sync_api import Page

import panel_cam as pc
from tests.support.waiting import wait_until

LOGGED = ("did you mean 'gaussian'", "f yields; return the image", "division by zero")

HEAD = """
import panel as pn
import panel_cam as pc

pn.extension()
pn.pane.Markdown("# My page").servable()
"""

SECRETS = ("Traceback", "/tests/", "panel_cam/", "site-packages")
"""What no page is told."""


@pytest.fixture
def received(page: Page) -> list[str]:
    """All that the page gets over its WebSocket."""
    texts: list[str] = []

    def keep(data: str | bytes) -> None:
        texts.append(data if isinstance(data, str) else data.decode("utf8", "replace"))

    page.on("websocket", lambda socket: socket.on("framereceived", keep))
    return texts


def read(page: Page) -> str:
    """Return the text of the alert, once it is there."""
    alert = page.locator("pre")
    alert.wait_for()
    return alert.inner_text()


def check_secrets(page: Page, received: list[str]) -> None:
    everything = page.content() + "".join(received)
    assert [each for each in SECRETS if each in everything] == []


SCRIPTS = {
    'pc.Live("gausian").servable()': (
        "ValueError: no filter is named 'gausian'; did you mean 'gaussian'?",
        'line 7: pc.Live("gausian").servable()',
    ),
    "def f(image):\n    yield image\npc.Live(\n    f,\n).servable()": (
        "TypeError: f yields; return the image instead, or keep state with",
        "line 9: pc.Live( f, )",
    ),
    "class F:\n    def __init__(self):\n        1 / 0\n    def __call__(self, image):\n"
    "        return image\npc.Live(F).servable()": (
        "ZeroDivisionError: division by zero",
        "line 12: pc.Live(F).servable()",
        "line 9: 1 / 0",
    ),
}


@pytest.mark.parametrize("text", SCRIPTS, ids=["name", "generator", "class"])
def test_a_script_that_live_refuses_says_why_with_its_line(
    serve, page, received, text: str
) -> None:
    server = serve(f"{HEAD}{text}\n", allow_log=LOGGED)
    page.goto(server.url)
    told = read(page)
    for each in SCRIPTS[text]:
        assert each in told
    assert "app_0.py, line" in told
    assert page.get_by_text("My page").is_visible()
    check_secrets(page, received)
    assert any("Traceback" in line for line in server.log)


def test_what_the_script_itself_catches_is_not_on_its_page(serve, page) -> None:
    def app() -> None:
        import panel as pn

        import panel_cam as pc

        pn.extension()
        try:
            live = pc.Live("gausian")
        except ValueError:
            live = pc.Live("gaussian")
        live.servable()

    page.goto(serve(app).url)
    page.get_by_role("button", name="Start camera").wait_for()
    assert page.locator("pre:visible").count() == 0
    assert page.get_by_text("gausian").count() == 0


def test_a_function_page_says_why_and_no_more(serve_here, page, received) -> None:
    def app():
        return pc.Live("gausian")

    server = serve_here(app, allow_log=LOGGED)
    page.goto(server.url)
    told = read(page)
    assert "did you mean 'gaussian'" in told
    assert "test_failed_page.py, line" in told and 'pc.Live("gausian")' in told
    check_secrets(page, received)


def test_the_command_says_why_on_its_page(
    serve_command, page, received, tmp_path
) -> None:
    file = tmp_path / "mine.py"
    file.write_text("def f(image):\n    yield image\n")
    command = ("-m", "panel_cam", f"{file}:f", "--port", "{port}", "--no-show")
    server = serve_command(*command, allow_log=LOGGED)
    page.goto(server.url.replace("127.0.0.1", "localhost"))
    assert "f yields; return the image instead" in read(page)
    check_secrets(page, received)


def test_a_page_that_is_there_already_stays_as_it_is(serve_here, page) -> None:
    errors: list[Exception] = []

    def app():
        import panel as pn

        def press(event):
            try:
                pc.Live("gausian")
            except ValueError as error:
                errors.append(error)

        return pn.widgets.Button(label="Go", on_click=press)

    page.goto(serve_here(app).url)
    page.get_by_role("button", name="Go").click()
    wait_until(lambda: bool(errors), page=page)
    assert page.locator("pre").count() == 0
