"""An image is computed when somebody looks at it, once, and otherwise never."""

import threading

import numpy as np
import panel as pn
import param
import pytest

from panel_cam.transport.lazy_image import LazyImage


class Owner(param.Parameterized):
    image = LazyImage(doc="An image.")

    def offer(self, make) -> None:
        self.param.image.offer(self, make)


class Maker:
    """Returns an image of its own number, and counts how often it was asked."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> np.ndarray:
        self.calls += 1
        return np.full((2, 2), self.calls, np.uint8)


@pytest.fixture
def owner() -> Owner:
    return Owner()


@pytest.fixture
def make() -> Maker:
    return Maker()


def test_there_is_no_image_at_first(owner) -> None:
    assert owner.image is None
    assert isinstance(Owner.param.image, LazyImage)


def test_an_image_that_no_one_reads_is_not_made(owner, make) -> None:
    for _ in range(10):
        owner.offer(make)
    assert make.calls == 0


def test_an_image_is_made_once_however_often_it_is_read(owner, make) -> None:
    owner.offer(make)
    assert owner.image is owner.image
    assert make.calls == 1


def test_a_new_offer_replaces_the_image(owner, make) -> None:
    owner.offer(make)
    first = owner.image
    owner.offer(make)
    assert owner.image is not first
    assert (owner.image == 2).all()


def test_an_image_may_simply_be_assigned(owner) -> None:
    image = np.eye(3)
    owner.image = image
    assert owner.image is image


def test_a_watcher_gets_every_image(owner, make) -> None:
    seen = []
    owner.param.watch(lambda event: seen.append(event.new), "image")
    for _ in range(3):
        owner.offer(make)
    assert [image[0, 0] for image in seen] == [1, 2, 3]
    assert owner.image is seen[-1]
    assert make.calls == 3


def test_equal_images_reach_a_watcher_too(owner) -> None:
    seen = []
    owner.param.watch(lambda event: seen.append(event.new), "image")
    for _ in range(3):
        owner.offer(lambda: np.ones((2, 2)))
    assert len(seen) == 3


def test_a_watcher_is_told_the_image_before(owner, make) -> None:
    owner.offer(make)  # one that nobody has read when the watcher comes
    events = []
    owner.param.watch(events.append, "image")
    owner.offer(make)
    assert isinstance(events[0].old, np.ndarray | None)


def test_nothing_is_made_after_the_last_watcher_has_gone(owner, make) -> None:
    watcher = owner.param.watch(lambda event: None, "image")
    owner.offer(make)
    owner.param.unwatch(watcher)
    owner.offer(make)
    assert make.calls == 1


def test_a_bound_function_and_an_expression_see_the_image(owner, make) -> None:
    bound = pn.bind(
        lambda image: image is not None and int(image[0, 0]), owner.param.image
    )
    pane = pn.panel(bound)
    expression = owner.param.image.rx.pipe(lambda image: image is not None)
    assert expression.rx.value is False
    owner.offer(make)
    assert bound() == 1
    assert expression.rx.value is True
    assert pane is not None


def test_a_method_that_depends_on_the_image_is_called(make) -> None:
    class Watching(Owner):
        seen = 0

        @param.depends("image", watch=True)
        def look(self) -> None:
            self.seen = int(self.image[0, 0])

    watching = Watching()
    watching.offer(make)
    assert watching.seen == 1


def test_owners_do_not_share_an_image(owner, make) -> None:
    other = Owner()
    owner.offer(make)
    assert owner.image is not None
    assert other.image is None


def test_two_threads_that_read_at_once_both_get_the_image(owner) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def make() -> np.ndarray:
        begun.set()
        assert go_on.wait(20)
        return np.eye(2)

    owner.offer(make)
    images = []
    threads = [
        threading.Thread(target=lambda: images.append(owner.image)) for _ in range(2)
    ]
    threads[0].start()
    assert begun.wait(20)
    threads[1].start()  # while the first is at it
    threads[1].join(0.2)  # who may wait for the first, and need not
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert [image is not None for image in images] == [True, True]


def test_a_function_that_fails_does_not_leave_the_owner_broken(owner, make) -> None:
    def fail() -> np.ndarray:
        raise ValueError("no picture")

    owner.offer(fail)
    with pytest.raises(ValueError, match="no picture"):
        owner.image  # noqa: B018
    owner.offer(make)
    assert owner.image is not None
