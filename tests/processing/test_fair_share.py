"""Who is next, and how many workers each member may have."""

import pytest

from panel_cam.processing.fair_share import LINGER, FairShare


class Named:
    """A member that has so many jobs."""

    def __init__(self, name: str, executor: "Executor", at_most: int | None) -> None:
        self.name = name
        self.at_most = at_most
        self.jobs = 1000
        self.leases: list[int] = []
        self._executor = executor

    def start(self, fair_share: FairShare, lease: int) -> bool:
        assert fair_share is self._executor.fair_share
        if self.jobs == 0:
            return False
        self.jobs -= 1
        self._executor.order.append(self.name)
        self.leases.append(lease)
        return True


class Executor:
    """Members with names, workers to share, and a clock that stands still."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.now = 0.0
        self.fair_share = FairShare(lambda: self.workers, clock=lambda: self.now)
        self.order: list[str] = []
        self._members: dict[str, Named] = {}

    def join(self, name: str, at_most: int | None = None, jobs: int = 1000) -> None:
        self._members[name] = Named(name, self, at_most)
        self._members[name].jobs = jobs

    def ask(self, *names: str) -> None:
        for name in names:
            self.fair_share.request(self._members[name])

    def end(self, name: str) -> int:
        """End the oldest job of a member; return its lease."""
        lease = self._members[name].leases.pop(0)
        self.fair_share.release(lease)
        return lease

    def leave(self, name: str) -> None:
        self.fair_share.leave(self._members[name])

    def write_off(self, name: str) -> None:
        self.fair_share.write_off(self._members[name].leases[0])

    def running(self) -> dict[str, int]:
        members = self._members.values()
        return {each.name: len(each.leases) for each in members if each.leases}


def run(executor: Executor, names: str, jobs: int) -> str:
    """Let members who always want more run so many jobs on one worker."""
    executor.ask(*names)
    for _ in range(jobs - 1):
        now = executor.order[-1]
        executor.ask(now)  # its next frame came while this one ran
        executor.end(now)
    return "".join(executor.order)


@pytest.mark.parametrize(("names", "order"), [("A", "AAAA"), ("ABC", "ABCABCAB")])
def test_one_worker_goes_round(names: str, order: str) -> None:
    executor = Executor(1)
    for name in names:
        executor.join(name)
    assert run(executor, names, len(order)) == order


def test_who_asks_ten_times_gets_no_more_than_who_asks_once() -> None:
    executor = Executor(1)
    for name in "AB":
        executor.join(name)
    executor.ask("A")
    executor.ask(*"AAAAAAAAAB")
    executor.end("A")
    executor.ask("A")
    executor.end("B")
    assert executor.order == ["A", "B", "A"]


def test_alone_one_has_all_workers() -> None:
    executor = Executor(3)
    executor.join("A")
    executor.ask(*"AAAAA")
    assert executor.running() == {"A": 3}


def test_no_more_than_one_allows_itself() -> None:
    executor = Executor(3)
    executor.join("A", at_most=1)
    executor.ask("A", "A")
    assert executor.running() == {"A": 1}


def test_a_slow_one_never_takes_the_worker_that_another_comes_back_for() -> None:
    executor = Executor(2)
    executor.join("slow")
    executor.join("quick")
    executor.ask("quick", "slow")
    for _ in range(20):
        executor.end("quick")
        executor.ask("slow")  # while nobody else wants anything
        executor.ask("quick")
        assert executor.running() == {"slow": 1, "quick": 1}
    assert executor.order.count("quick") == 21


def test_workers_left_over_are_not_idle() -> None:
    executor = Executor(3)
    for name in "AB":
        executor.join(name)
    executor.ask("A", "B", "A", "B", "A")
    assert executor.running() == {"A": 2, "B": 1}


def test_who_needs_one_worker_only_keeps_no_second_one_free() -> None:
    executor = Executor(4)
    executor.join("remembers", at_most=1)
    executor.join("other")
    executor.ask("remembers", *["other"] * 4)
    assert executor.running() == {"remembers": 1, "other": 3}


def test_with_more_members_than_workers_each_has_one_at_a_time() -> None:
    executor = Executor(2)
    for name in "ABC":
        executor.join(name)
    executor.ask(*"ABCABC")
    assert executor.running() == {"A": 1, "B": 1}
    executor.ask("A")
    executor.end("A")
    assert executor.running() == {"B": 1, "C": 1}


def test_who_was_not_seen_for_long_keeps_no_worker_free() -> None:
    executor = Executor(2)
    for name in "AB":
        executor.join(name)
    executor.ask("B", "A")
    executor.end("B")
    executor.ask("A")
    assert executor.running() == {"A": 1}
    assert executor.fair_share.share() == 1
    executor.now = LINGER + 1
    executor.ask("A")
    assert executor.running() == {"A": 2}
    assert executor.fair_share.share() == 2


def test_who_leaves_is_not_asked_and_keeps_no_worker_free() -> None:
    executor = Executor(1)
    for name in "ABC":
        executor.join(name)
    executor.ask(*"ABC")
    executor.leave("B")
    executor.end("A")
    assert executor.order == ["A", "C"]


def test_who_has_nothing_after_all_keeps_no_worker() -> None:
    executor = Executor(1)
    for name, jobs in (("A", 9), ("B", 0), ("C", 9)):
        executor.join(name, jobs=jobs)
    executor.ask(*"ABC")
    executor.end("A")
    assert executor.running() == {"C": 1}


def test_more_workers_are_handed_out_when_they_come() -> None:
    executor = Executor(0)
    executor.join("A")
    executor.ask("A")
    assert executor.running() == {}
    executor.workers = 1
    executor.fair_share.distribute()
    assert executor.running() == {"A": 1}


def test_a_worker_that_is_written_off_is_replaced_where_there_is_another() -> None:
    executor = Executor(2)
    executor.join("A", at_most=1)
    executor.ask("A", "A")
    executor.ask("A")
    executor.write_off("A")
    assert executor.order == ["A", "A"]
    executor.ask("A")
    executor.write_off("A")
    assert executor.order == ["A", "A"], "no worker is left"
    executor.end("A")
    assert executor.order == ["A", "A"], "one still runs, and only one may"
    executor.end("A")
    assert executor.order == ["A", "A", "A"]


def test_to_give_a_worker_back_twice_does_no_harm() -> None:
    executor = Executor(1)
    executor.join("A")
    executor.ask("A")
    executor.ask("A")
    lease = executor.end("A")
    executor.fair_share.release(lease)
    executor.ask("A")
    assert executor.running() == {"A": 1}


def test_who_is_gone_without_a_word_is_forgotten() -> None:
    executor = Executor(2)
    for name in "AB":
        executor.join(name)
    executor.ask("A", "B")
    executor.end("B")
    assert executor.fair_share.share() == 1
    del executor._members["B"]
    assert executor.fair_share.share() == 2
