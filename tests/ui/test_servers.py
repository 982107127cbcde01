"""The tests' own servers serve, are heard, and can be reached over a slow link."""

import pytest

from tests.support.server import find_trouble
from tests.support.waiting import wait_until


def greeting() -> None:
    import panel

    panel.extension()
    button = panel.widgets.Button(label="Greet")
    panel.Row(
        button, panel.bind(lambda clicks: f"greeted {clicks}", button.param.clicks)
    ).servable()


def test_an_app_from_a_function_answers_clicks(serve, page) -> None:
    page.goto(serve(greeting).url)
    page.get_by_text("greeted 0").wait_for()
    page.get_by_role("button", name="Greet").click()
    page.get_by_text("greeted 1").wait_for()


@pytest.mark.parametrize(
    ("app", "word"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import warnings; warnings.warn('careful')", "UserWarning: careful"),
        ("import logging; logging.getLogger('bokeh').warning('careful')", "careful"),
    ],
)
def test_an_app_that_fails_or_warns_is_trouble_in_its_log(
    serve, page, app: str, word: str
) -> None:
    server = serve(app, allow_log=[word])
    page.goto(server.url)
    wait_until(lambda: find_trouble(server.log), page=page)
    assert find_trouble(server.log, [word]) == []


def test_a_server_that_cannot_start_tells_why(serve_command) -> None:
    with pytest.raises(RuntimeError, match="No module named no_such_module"):
        serve_command("-m", "no_such_module")


def test_an_app_served_here_shares_its_objects_with_the_test(serve_here, page) -> None:
    import panel

    sessions = []

    def app():
        sessions.append(panel.widgets.TextInput(label="Say", value="nothing"))
        return sessions[-1]

    page.goto(serve_here(app).url)
    page.get_by_label("Say").fill("hello")
    page.get_by_label("Say").press("Enter")
    wait_until(lambda: sessions[0].value == "hello", page=page)


def test_an_app_served_here_that_fails_is_trouble_in_its_log(serve_here, page) -> None:
    server = serve_here(lambda: 1 / 0, allow_log=["ZeroDivisionError"])
    page.goto(server.url)
    wait_until(lambda: find_trouble(server.log), page=page)
    assert find_trouble(server.log, ["ZeroDivisionError"]) == []


def test_a_page_works_over_a_slow_link_and_waits_while_it_is_held(
    serve, page, throttle
) -> None:
    link, url = throttle(serve(greeting), down=4_000_000)
    page.goto(url)
    page.get_by_text("greeted 0").wait_for()
    link.hold(up=False)
    arrived = link.up.passed
    page.get_by_role("button", name="Greet").click()
    wait_until(lambda: link.up.passed > arrived, page=page)
    assert page.get_by_text("greeted 0").is_visible()
    link.release()
    page.get_by_text("greeted 1").wait_for()
