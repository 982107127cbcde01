"""Latest wins and nothing queues: the pacer by itself, and the whole way of a frame."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import panel as pn
import pytest
from playwright.sync_api import Page

from panel_cam import Camera, Live
from panel_cam.transport import assets
from tests.support.live_page import LivePage
from tests.support.pages import open_plain
from tests.support.waiting import wait_until

# ---- the pacer, with a clock that only the test moves

WITH_PACER = """
async ([text, steps]) => {
  const FramePacer = new Function(`${text}; return FramePacer`)();
  let now = 1000;
  const heard = [];
  const pass = (pacer, ms) => { now += ms; pacer.refresh(); };
  const make = (options = {}) =>
    new FramePacer({ now: () => now, onWaiting: (it) => heard.push(it), ...options });
  // What a promise has come to once nothing more happens by itself.
  const { port1, port2 } = new MessageChannel();
  const quiet = () =>
    new Promise((done) => {
      port1.onmessage = () => done("waits");
      port2.postMessage(null);
    });
  const look = (promise) => Promise.race([promise, quiet()]);
  const pending = new Map();
  const send = async (pacer) => {
    if (!pending.has(pacer)) pending.set(pacer, pacer.slot());
    const slot = await look(pending.get(pacer));
    if (slot === "waits") return slot;
    pending.delete(pacer);
    return pacer.sent();
  };
  const AsyncFunction = (async () => {}).constructor;
  const names = ["make", "look", "send", "pass", "heard"];
  return await new AsyncFunction(...names, steps)(make, look, send, pass, heard);
}
"""


@pytest.fixture(scope="module")
def run(browsers, clip) -> Any:
    """`run(steps)` takes steps in JavaScript with a pacer, and returns their answer."""
    context = browsers.get(clip.path).new_context()
    page: Page = context.new_page()
    open_plain(page)
    text = assets.read("sources/pacer.js")
    yield lambda steps: page.evaluate(WITH_PACER, [text, steps])
    context.close()


def test_the_first_frames_leave_at_once_and_are_counted_from_one(run) -> None:
    assert run(
        "const p = make(); return [await send(p), await send(p), p.inFlight, p.lost]"
    ) == [1, 2, 2, 0]


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_no_more_frames_are_in_flight_than_allowed(run, limit: int) -> None:
    sent = run(
        f"const p = make({{maxInFlight: {limit}}}); const seqs = [];"
        "for (let i = 0; i < 9; i++) seqs.push(await send(p));"
        "return seqs"
    )
    assert sent == [*range(1, limit + 1), *["waits"] * (9 - limit)]


def test_an_answer_lets_the_next_one_go(run) -> None:
    assert run(
        """
        const p = make();
        await send(p); await send(p);
        const slot = p.slot();
        const before = await look(slot);
        p.answer([1]);
        return [before, await look(slot), p.sent(), await send(p), p.inFlight];
        """
    ) == ["waits", True, 3, "waits", 2]


def test_answers_may_come_out_of_order_twice_and_for_strangers(run) -> None:
    assert run(
        """
        const p = make();
        await send(p); await send(p);
        p.answer([2]);
        const third = await send(p);
        p.answer([2, 2, 99, 0, -1]);
        const fourth = await send(p);
        p.answer([1, 2, 3]);
        return [third, fourth, await send(p), await send(p), p.inFlight];
        """
    ) == [3, "waits", 4, 5, 2]


def test_what_only_slower_receivers_hold_does_not_count(run) -> None:
    assert run(
        """
        const p = make();
        await send(p); await send(p);
        const before = await send(p);
        p.answer([], -5, [1]);
        const third = await send(p);
        const fourth = await send(p);
        p.answer([1], null, []);
        const still = await send(p);
        p.answer([2], null, [3]);
        return [before, third, fourth, still, await send(p), p.inFlight];
        """
    ) == ["waits", 3, "waits", "waits", 4, 2]


def test_what_lags_is_not_written_off(run) -> None:
    assert run(
        """
        const p = make({answerTimeout: 2000});
        await send(p); await send(p);
        p.answer([2], null, [1]);
        pass(p, 60000);
        return [await send(p), p.lost, p.inFlight, heard];
        """
    ) == [3, 0, 2, []]


def test_what_encoding_takes_does_not_lower_the_rate(run) -> None:
    assert run(
        """
        const p = make({fps: 30, maxInFlight: 9});
        const waits = [];
        for (let i = 0; i < 3; i++) {
          pass(p, 12);   // from the camera's picture to its bytes
          p.sent(12);
          let ms = 0;
          for (; (await look(p.slot())) === "waits"; ms++) pass(p, 1);
          waits.push(12 + ms);
        }
        return waits.every((ms) => ms > 20 && ms < 1000 / 30);
        """
    )


# A filter of 200 ms behind a way of 20 ms, there and back; 1 ms a step.
WITH_FILTER = """
const p = make({fps: 30});
const onWay = [], queue = [], back = [], waits = [];
let running = null, freeAt = 0, wanted = p.slot();
for (let ms = 0; ms < MS; ms++) {
  const cost = costAt(ms);
  if ((await look(wanted)) !== "waits") {
    onWay.push({seq: p.sent(), at: ms + 10});
    wanted = p.slot();
  }
  while (onWay[0]?.at <= ms) queue.push({...onWay.shift(), came: ms});
  if (running && running.end <= ms) {
    back.push({seq: running.seq, wait: running.wait, at: ms + 10});
    freeAt = ms;
    running = null;
  }
  if (!running && queue.length) {
    const {seq, came} = queue.shift();
    running = {seq, wait: freeAt - came, end: ms + cost};
    waits.push({at: ms, wait: freeAt - came});
  }
  while (back[0]?.at <= ms) p.answer([back[0].seq], back.shift().wait);
  pass(p, 1);
}
return waits;
"""


def test_frames_for_a_slow_filter_are_taken_just_before_their_turn(run) -> None:
    waits = run("const MS = 6000, costAt = () => 200;" + WITH_FILTER)
    late = [each["wait"] for each in waits if each["at"] > 3000]
    assert len(late) >= 14  # all that the filter can do
    assert 0 < min(late)
    assert max(late) < 25


def test_a_filter_that_becomes_quick_gets_all_frames_again(run) -> None:
    waits = run(
        "const MS = 6000, costAt = (ms) => (ms < 3000 ? 200 : 5);" + WITH_FILTER
    )
    assert len([each for each in waits if 4000 < each["at"] <= 6000]) >= 56


def test_frames_of_a_quick_filter_are_not_held_back(run) -> None:
    waits = run("const MS = 3000, costAt = () => 12;" + WITH_FILTER)
    assert len(waits) >= 85


def test_a_lost_answer_is_written_off_after_its_time(run) -> None:
    assert run(
        """
        const p = make({answerTimeout: 500});
        await send(p); await send(p);
        const slot = p.slot();
        pass(p, 499);
        const before = await look(slot);
        pass(p, 1);
        return [before, await look(slot), p.lost, heard];
        """
    ) == ["waits", True, 2, [True]]


def test_one_lost_answer_does_not_cost_the_others(run) -> None:
    assert run(
        """
        const p = make({answerTimeout: 500});
        await send(p);
        let sent = [];
        for (let i = 0; i < 20; i++) {
          pass(p, 100);
          const seq = await send(p);
          sent.push(seq);
          p.answer([seq]);          // all but the first
        }
        return [sent.includes("waits"), p.lost, p.inFlight, heard];
        """
    ) in [[False, 1, 0, [True, False]], [False, 1, 0, []]]


def test_while_nothing_answers_single_probes_go_at_doubling_intervals(run) -> None:
    times = run(
        """
        const p = make({answerTimeout: 100, maxInFlight: 4});
        const times = [];
        for (let ms = 0; ms < 10000; ms += 10) {
          const seq = await send(p);
          if (seq !== "waits") times.push(ms);
          pass(p, 10);
        }
        return times;
        """
    )
    first, probes = times[:4], times[4:]
    assert first == [0, 10, 20, 30]
    # Of the 400 that the camera would have had:
    assert len(probes) < 20
    gaps = np.diff(probes)
    assert min(gaps) >= 100
    longest = int(np.argmax(gaps))
    assert gaps[longest] >= 1000
    np.testing.assert_allclose(gaps[longest:], gaps[longest], rtol=0.1)
    doubling = gaps[max(0, longest - 2) : longest + 1]
    np.testing.assert_allclose(doubling[1:] / doubling[:-1], 2, rtol=0.1)


def test_an_answer_ends_the_waiting_and_all_goes_on_as_before(run) -> None:
    assert run(
        """
        const p = make({answerTimeout: 100});
        await send(p); await send(p);
        pass(p, 100);
        const probe = await send(p);
        const alone = await send(p);
        p.answer([probe]);
        return [probe, alone, await send(p), await send(p), await send(p), heard];
        """
    ) == [3, "waits", 4, 5, "waits", [True, False]]


def test_an_answer_that_comes_after_it_was_written_off_counts_as_a_sign(run) -> None:
    assert run(
        """
        const p = make({answerTimeout: 100});
        await send(p); await send(p);
        pass(p, 100);
        await send(p);
        p.answer([1]);
        return heard;
        """
    ) == [True, False]


def test_it_says_once_that_it_waits(run) -> None:
    assert run(
        """
        const p = make({answerTimeout: 10});
        for (let i = 0; i < 500; i++) { await send(p); pass(p, 10); }
        return heard;
        """
    ) == [True]


def test_frames_keep_the_distance_that_fps_asks_for(run) -> None:
    times = run(
        """
        const p = make({fps: 10, maxInFlight: 64});
        const times = [];
        for (let ms = 0; ms < 2000; ms += 1) {
          if (await send(p) !== "waits") times.push(ms);
          pass(p, 1);
        }
        return times;
        """
    )
    assert 18 <= len(times) <= 22
    assert min(np.diff(times)) >= 85


def test_a_camera_that_jitters_is_not_halved(run) -> None:
    # Pictures every 33 or 34 ms, give or take 4, and a wish for 30 a second.
    arrivals = np.cumsum(33.4 + np.random.default_rng(1).uniform(-4, 4, 60))
    sent = run(
        f"""
        const p = make({{fps: 30, maxInFlight: 64}});
        let sent = 0, last = 0;
        for (const at of {arrivals.tolist()}) {{
          pass(p, at - last);
          last = at;
          if (await send(p) !== "waits") sent += 1;
        }}
        return sent;
        """
    )
    assert sent >= 55


# Takes the newest of these pictures as often as the pacer lets it.
TAKE = """
const pictures = PICTURES;
let t = 1000, at = 0, newest = null, taken = null;
const p = make({fps: FPS, maxInFlight: 64, now: () => Math.floor(t)});
let wanted = p.slot();
const sent = [];
for (; t < pictures.at(-1) + 1; t += 0.5) {
  p.refresh();
  while (at < pictures.length && pictures[at] <= t) newest = pictures[at++];
  if (newest === taken || newest < p.after) continue;
  if ((await look(wanted)) === "waits") continue;
  taken = newest;
  p.answer([p.sent(Math.floor(t) - taken)]);
  sent.push(taken);
  wanted = p.slot();
}
return sent;
"""


def take(run, pictures: np.ndarray, fps: int) -> np.ndarray:
    steps = TAKE.replace("PICTURES", str(pictures.tolist()))
    return np.array(run(steps.replace("FPS", str(fps))))


@pytest.mark.parametrize("phase", [0, 4, 8, 12])
@pytest.mark.parametrize("refreshes", [0, 60])
def test_a_clock_of_milliseconds_loses_no_picture(run, phase, refreshes) -> None:
    """Of a camera that jitters, told of at once or at the screen's next refresh."""
    times = 1000 + phase + np.arange(90) * 1000 / 30
    times += np.random.default_rng(phase).uniform(-4, 4, 90)
    if refreshes:
        times = np.ceil(times * refreshes / 1000) / refreshes * 1000
    pictures = np.unique(np.floor(times))
    sent = take(run, pictures, 30)
    assert len(sent) >= 0.95 * len(pictures)


def test_a_camera_that_is_quicker_than_asked_gives_no_more(run) -> None:
    pictures = np.floor(1000 + np.arange(180) * 1000 / 60)
    sent = take(run, pictures, 30)
    assert 85 <= len(sent) <= 94
    sent = take(run, pictures, 20)
    assert 55 <= len(sent) <= 63


def test_one_picture_that_was_late_lets_no_others_catch_up(run) -> None:
    pictures = np.concatenate([[1000], 3000 + np.arange(120) * 1000 / 120])
    sent = take(run, pictures, 30)
    assert 29 <= len(sent) <= 34


def test_fps_of_zero_is_no_limit(run) -> None:
    assert (
        run(
            """
            const p = make({fps: 0, maxInFlight: 50});
            let sent = 0;
            for (let i = 0; i < 50; i++) if (await send(p) !== "waits") sent += 1;
            return sent;
            """
        )
        == 50
    )


def test_limits_can_change_while_it_waits(run) -> None:
    assert run(
        """
        const p = make({maxInFlight: 1});
        await send(p);
        const slot = p.slot();
        const before = await look(slot);
        p.maxInFlight = 2;
        p.refresh();
        return [before, await look(slot)];
        """
    ) == ["waits", True]


def test_once_closed_it_lets_nothing_go(run) -> None:
    assert run(
        """
        const p = make();
        await send(p); await send(p);
        const slot = p.slot();
        p.close();
        p.answer([1]);
        return [await look(slot), await look(p.slot())];
        """
    ) == [False, False]


# ---- the whole way of a frame

WATCH_FLIGHT = """
() => {
  const model = globalThis.findModel("answered");
  const inFlight = new Set();
  seen.most = 0;
  model.properties.sent_frame.change.connect(() => {
    inFlight.add(model.sent_frame.seq);
    seen.most = Math.max(seen.most, inFlight.size);
  });
  model.properties.answered.change.connect(() => {
    const { seqs } = model.answered;
    for (const seq of seqs instanceof Map ? seqs.values() : seqs) inFlight.delete(seq);
  });
}
"""


@pytest.fixture
def open_live(serve_here, page) -> Callable[..., tuple[LivePage, Live]]:
    """`open_live(filter, through, listen, **params) -> (LivePage, Live)`: it waits."""

    def open_live(
        filter: Callable[[np.ndarray], Any],
        through: Callable[..., str] = lambda server: server.url,
        listen: Callable[..., None] | None = None,
        **params: Any,
    ) -> tuple[LivePage, Live]:
        lives: list[Live] = []

        def app() -> Live:
            lives.append(Live(filter, **params))
            return lives[-1]

        live_page = LivePage(page)
        if listen is not None:
            page.on("websocket", listen)
        live_page.open(through(serve_here(app)))
        page.evaluate(WATCH_FLIGHT)
        return live_page, lives[0]

    return open_live


def most_in_flight(live_page: LivePage) -> int:
    most: int = live_page.page.evaluate("seen.most")
    return most


@pytest.mark.parametrize("limit", [1, 3])
def test_frames_in_flight_keep_to_the_limit_when_the_filter_is_slow(
    open_live, limit: int
) -> None:
    turn = threading.Semaphore(0)
    seen: list[int] = []

    def slow(image: np.ndarray) -> np.ndarray:
        seen.append(live.camera.frame.seq)
        turn.acquire(timeout=30)
        return image

    live_page, live = open_live(slow, max_in_flight=limit, answer_timeout=60)
    live_page.button("Start camera").click()
    wait_until(lambda: len(seen) == 1, page=live_page.page)
    for done in range(1, 6):
        wait_until(lambda: live_page.sent() >= limit, page=live_page.page)
        turn.release()
        wait_until(lambda done=done: len(seen) > done, page=live_page.page)
    assert most_in_flight(live_page) == limit
    turn.release(1000)
    live_page.next_picture(3)
    assert most_in_flight(live_page) == limit


def test_a_slow_filter_on_the_same_camera_holds_up_no_quick_one(
    serve_here, page
) -> None:
    turn = threading.Semaphore(0)
    made: list[Live] = []

    def app() -> pn.Column:
        def slow(image: np.ndarray) -> np.ndarray:
            turn.acquire(timeout=60)
            return image

        camera = Camera(autostart=True)
        made.extend(Live(each, source=camera) for each in (lambda image: image, slow))
        return pn.Column(*(each.view for each in made), camera)

    live_page = LivePage(page)
    live_page.open(serve_here(app).url)
    page.evaluate(WATCH_FLIGHT)
    wait_until(lambda: bool(made) and made[0].view.frame, page=page)
    quick, slow = made
    # While the slow one is at its first frame, the quick one goes on: for longer than
    # after which an answer is written off.
    first = quick.stats.get("shown", 0)
    began = quick.view.frame["captured_at"]
    wait_until(
        lambda: quick.view.frame["captured_at"] > began + 3, timeout=30, page=page
    )
    assert quick._stream.stats.snapshot()["shown"] > first + 30
    assert not slow.view.frame
    # Its own window of two, and what the slow one holds: one at work, one that waits.
    assert most_in_flight(live_page) <= 5
    assert quick.camera.status == "streaming"
    turn.release(1000)
    wait_until(lambda: bool(slow.view.frame), page=page)
    wait_until(lambda: slow.view.frame["seq"] > quick.view.frame["seq"] - 10, page=page)


def test_lost_answers_do_not_stop_the_stream(open_live) -> None:
    live_page, live = open_live(lambda image: image, answer_timeout=0.3)
    camera, answer = live.camera, live.camera.on_answered
    lost: list[int] = []

    def forgetful(frame, timing) -> None:
        if 3 <= frame.seq <= 4:  # all that may be in flight at once
            lost.append(frame.seq)
        else:
            answer(frame, timing)

    camera.on_answered = forgetful
    live_page.button("Start camera").click()
    live_page.next_picture(12)
    assert lost == [3, 4]
    assert most_in_flight(live_page) >= 2
    assert camera.status == "streaming"


class Silent(Camera):
    """A camera whose session answers nothing for as long as it is told to."""

    silent = False

    def on_answered(self, frame, timing) -> None:
        if not self.silent:
            super().on_answered(frame, timing)


def test_a_camera_alone_gets_over_a_lost_answer_too(serve_here, page) -> None:
    cameras: list[Silent] = []

    def app() -> Camera:
        cameras.append(Silent(autostart=True, answer_timeout=0.3))
        return cameras[-1]

    live_page = LivePage(page)
    live_page.open(serve_here(app).url)
    wait_until(lambda: cameras and cameras[0].frame is not None, page=page)
    (camera,) = cameras
    camera.silent = True
    live_page.sees("busy")
    camera.silent = False
    seq = camera.frame.seq
    wait_until(lambda: camera.frame.seq > seq + 10, timeout=20, page=page)
    live_page.sees("640")


def test_a_busy_python_is_probed_and_not_flooded(open_live) -> None:
    """As a notebook's kernel is busy with a long cell: nothing at all is answered."""
    live_page, live = open_live(lambda image: image, answer_timeout=0.2)
    page = live_page.page
    live_page.button("Start camera").click()
    live_page.next_picture(3)
    go_on = threading.Event()
    live.camera.param.watch(lambda event: go_on.wait(60), "notice")
    blocked = live_page.sent()
    page.evaluate("globalThis.findModel('answered').notice = 'block the event loop'")
    live_page.sees("busy")
    # The time in which a camera at full speed would have sent some thirty.
    since = live_page.sent()
    wait_until(lambda: live_page.sent() >= since + 2, timeout=30, page=page)
    sent = live_page.sent() - blocked
    assert sent <= 10
    before = live_page.painted()
    go_on.set()
    live_page.sees("640")
    wait_until(lambda: live_page.painted() > before + 6, timeout=20, page=page)


def test_a_slow_link_carries_fewer_frames_and_never_older_ones(
    open_live, throttle
) -> None:
    links = []

    def through(server) -> str:
        link, url = throttle(server)
        links.append(link)
        return url

    live_page, live = open_live(lambda image: image, through, answer_timeout=20)
    (link,) = links
    live_page.button("Start camera").click()
    live_page.next_picture(2)
    # A camera at 30 frames a second makes some three times as much, each way.
    link.up.bytes_per_second = link.down.bytes_per_second = 30_000
    captured = [live_page.next_picture().captured_at for _ in range(12)]
    assert captured == sorted(set(captured))
    assert most_in_flight(live_page) <= 2
    # And as soon as there is room, it is quick again; nothing has to be worked off.
    link.up.bytes_per_second = link.down.bytes_per_second = None
    live_page.next_picture(3)
    newest = live.camera.frame.seq
    assert live_page.next_picture().seq >= newest - 1
    assert most_in_flight(live_page) <= 2


def test_pictures_travel_as_bytes_and_each_only_one_way(open_live, throttle) -> None:
    links = []

    def through(server) -> str:
        link, url = throttle(server)
        links.append(link)
        return url

    texts: list[str] = []

    def listen(socket) -> None:
        for way in ("framesent", "framereceived"):
            socket.on(way, lambda it: texts.append(it) if isinstance(it, str) else None)

    def noise(image: np.ndarray) -> np.ndarray:
        values = np.random.default_rng(1).integers(0, 256, (200, 200))
        return values.astype(np.uint8)

    live_page, live = open_live(noise, through, listen=listen, format="png")
    (link,) = links
    live_page.button("Start camera").click()
    live_page.next_picture(2)
    texts.clear()
    up, down = link.up.passed, link.down.passed
    before = live._stream.stats.snapshot()
    live_page.next_picture(20)
    after = live._stream.stats.snapshot()
    up, down = link.up.passed - up, link.down.passed - down
    came, left = (after[way] - before[way] for way in ("bytes_in", "bytes_out"))
    frames = after["received"] - before["received"]
    assert frames >= 20 - live.camera.max_in_flight  # those had come before
    # What belongs to a frame beside its picture is small, and no picture is sent back.
    room = 3000 * (frames + 4)
    assert up <= came + room < came + left / 2
    assert down <= left + room + left / frames * 3
    assert max(map(len, texts)) < 3000


def test_what_a_stalled_link_held_back_is_little_and_is_got_over(
    open_live, throttle
) -> None:
    links = []

    def through(server) -> str:
        link, url = throttle(server)
        links.append(link)
        return url

    live_page, live = open_live(lambda image: image, through, answer_timeout=0.3)
    (link,) = links
    live_page.button("Start camera").click()
    live_page.next_picture(2)
    link.hold(up=False)  # frames arrive, their answers do not
    live_page.sees("busy")
    received = live.camera.frame.seq
    before = live_page.painted()
    link.release()
    live_page.sees("640")
    wait_until(
        lambda: live_page.painted() > before + 6, timeout=20, page=live_page.page
    )
    assert live.camera.frame.seq > received
