"""The order of turns, and how many workers each player may have."""

import pytest

from panel_cam.processing.fair_share import LINGER, Player, Turn, Turns


class Table:
    """Players with names, workers to share, and a clock that stands still."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.now = 0.0
        self.turns = Turns(lambda: self.workers, clock=lambda: self.now)
        self.order: list[str] = []
        self._jobs: dict[str, int] = {}
        self._players: dict[str, Player] = {}
        self._running: dict[str, list[Turn]] = {}

    def join(self, name: str, at_most: int | None = None, jobs: int = 1000) -> None:
        """Let a player in, who has so many jobs."""
        self._jobs[name] = jobs
        self._running[name] = []

        def start(turn: Turn) -> bool:
            if self._jobs[name] == 0:
                return False
            self._jobs[name] -= 1
            self.order.append(name)
            self._running[name].append(turn)
            return True

        self._players[name] = Player(start, at_most)

    def ask(self, *names: str) -> None:
        for name in names:
            self.turns.ask(self._players[name])

    def end(self, name: str) -> Turn:
        """End the oldest job of a player."""
        turn = self._running[name].pop(0)
        self.turns.done(turn)
        return turn

    def leave(self, name: str) -> None:
        self.turns.leave(self._players[name])

    def write_off(self, name: str) -> None:
        self.turns.write_off(self._running[name][0])

    def running(self) -> dict[str, int]:
        return {name: len(turns) for name, turns in self._running.items() if turns}


def play(table: Table, names: str, turns: int) -> str:
    """Let players who always want more have so many turns on one worker."""
    table.ask(*names)
    for _ in range(turns - 1):
        now = table.order[-1]
        table.ask(now)  # its next frame came while this one ran
        table.end(now)
    return "".join(table.order)


@pytest.mark.parametrize(("names", "order"), [("A", "AAAA"), ("ABC", "ABCABCAB")])
def test_one_worker_goes_round(names: str, order: str) -> None:
    table = Table(1)
    for name in names:
        table.join(name)
    assert play(table, names, len(order)) == order


def test_who_asks_ten_times_gets_no_more_turns_than_who_asks_once() -> None:
    table = Table(1)
    for name in "AB":
        table.join(name)
    table.ask("A")
    table.ask(*"AAAAAAAAAB")
    table.end("A")
    table.ask("A")
    table.end("B")
    assert table.order == ["A", "B", "A"]


def test_alone_one_has_all_workers() -> None:
    table = Table(3)
    table.join("A")
    table.ask(*"AAAAA")
    assert table.running() == {"A": 3}


def test_no_more_than_one_allows_itself() -> None:
    table = Table(3)
    table.join("A", at_most=1)
    table.ask("A", "A")
    assert table.running() == {"A": 1}


def test_a_slow_one_never_takes_the_worker_that_another_comes_back_for() -> None:
    table = Table(2)
    table.join("slow")
    table.join("quick")
    table.ask("quick", "slow")
    for _ in range(20):
        table.end("quick")
        table.ask("slow")  # while nobody else wants anything
        table.ask("quick")
        assert table.running() == {"slow": 1, "quick": 1}
    assert table.order.count("quick") == 21


def test_workers_left_over_are_not_idle() -> None:
    table = Table(3)
    for name in "AB":
        table.join(name)
    table.ask("A", "B", "A", "B", "A")
    assert table.running() == {"A": 2, "B": 1}


def test_who_needs_one_worker_only_keeps_no_second_one_free() -> None:
    table = Table(4)
    table.join("remembers", at_most=1)
    table.join("other")
    table.ask("remembers", *["other"] * 4)
    assert table.running() == {"remembers": 1, "other": 3}


def test_with_more_players_than_workers_each_has_one_at_a_time() -> None:
    table = Table(2)
    for name in "ABC":
        table.join(name)
    table.ask(*"ABCABC")
    assert table.running() == {"A": 1, "B": 1}
    table.ask("A")
    table.end("A")
    assert table.running() == {"B": 1, "C": 1}


def test_who_was_not_seen_for_long_keeps_no_worker_free() -> None:
    table = Table(2)
    for name in "AB":
        table.join(name)
    table.ask("B", "A")
    table.end("B")
    table.ask("A")
    assert table.running() == {"A": 1}
    assert table.turns.share() == 1
    table.now = LINGER + 1
    table.ask("A")
    assert table.running() == {"A": 2}
    assert table.turns.share() == 2


def test_who_leaves_is_not_asked_and_keeps_no_worker_free() -> None:
    table = Table(1)
    for name in "ABC":
        table.join(name)
    table.ask(*"ABC")
    table.leave("B")
    table.end("A")
    assert table.order == ["A", "C"]


def test_who_has_nothing_after_all_costs_no_turn() -> None:
    table = Table(1)
    for name, jobs in (("A", 9), ("B", 0), ("C", 9)):
        table.join(name, jobs=jobs)
    table.ask(*"ABC")
    table.end("A")
    assert table.running() == {"C": 1}


def test_more_workers_are_handed_out_when_they_come() -> None:
    table = Table(0)
    table.join("A")
    table.ask("A")
    assert table.running() == {}
    table.workers = 1
    table.turns.hand_out()
    assert table.running() == {"A": 1}


def test_a_turn_that_is_written_off_is_replaced_where_there_is_a_worker() -> None:
    table = Table(2)
    table.join("A", at_most=1)
    table.ask("A", "A")
    table.ask("A")
    table.write_off("A")
    assert table.order == ["A", "A"]
    table.ask("A")
    table.write_off("A")
    assert table.order == ["A", "A"], "no worker is left"
    table.end("A")
    assert table.order == ["A", "A"], "one still runs, and only one may"
    table.end("A")
    assert table.order == ["A", "A", "A"]


def test_to_end_a_turn_twice_does_no_harm() -> None:
    table = Table(1)
    table.join("A")
    table.ask("A")
    table.ask("A")
    turn = table.end("A")
    table.turns.done(turn)
    table.ask("A")
    assert table.running() == {"A": 1}
