"""The OpenFisca side: reads what the Rust side wrote, answers the same, compares and prints a table.

python peer.py FOLDER
"""

import pathlib
import statistics
import sys
import time

import numpy as np
from openfisca_core.periods import period as period_of
from openfisca_core.simulations import SimulationBuilder

import system as law

YEAR, RUNS = 2025, 25
HELD = 1
WITH_MUNICIPALITY = (0, 2, 3)  # itself, another actor for it, and together with the fund
FOREVER = period_of("eternity")
ANSWERS = ("ladder_months", "talks_counted", "talks_duty", "first_talk_duty")
MONTHS = [period_of(f"{YEAR}-{month:02}") for month in range(1, 13)]


def load(path):
    """Benefits, placements and held talks as arrays, a table of each, by citizen. Not measured."""
    rows = np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.int32)
    citizen, kind, since, to, code, holder = (np.ascontiguousarray(column) for column in rows.T)

    def only(which):
        return citizen[which], since[which], to[which], code[which], holder[which]

    return int(citizen[-1]) + 1, only(kind == 0), only(kind == 1), only((kind == 2) & (code == HELD))


def of_one(tables, n):
    """The same for one citizen."""
    _, *rest = tables

    def part(columns):
        first, after = np.searchsorted(columns[0], [n, n + 1])
        return (np.zeros(after - first, np.int32), *(column[first:after].copy() for column in columns[1:]))

    return (1, *(part(columns) for columns in rest))


def by_day(columns):
    """Sorted by citizen and day: sources may tell in any order."""
    key = columns[0].astype(np.int64) << 32 | columns[1].astype(np.int64)
    order = np.argsort(key, kind="stable")
    return tuple(column[order] for column in columns)


def places(owner):
    """The number of each row among its owner's, from 0, where rows are sorted by owner."""
    if not len(owner):
        return owner
    first = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    return np.arange(len(owner)) - np.repeat(first, np.diff(np.r_[first, len(owner)]))


def spread(count, width, owner, place, values):
    """A row for each place with a value for everyone."""
    assert not len(place) or place.max() < width, "more facts than places"
    out = np.full((width, count), law.NO_DAY, np.int32)
    out[place, owner] = values
    return out


def ended(benefits):
    """A benefit ends at the latest on the day before the citizen's next."""
    who, since, to, code, _ = by_day(benefits)
    to = to.copy()
    followed = who[1:] == who[:-1]
    to[:-1] = np.where(followed, np.minimum(to[:-1], since[1:] - 1), to[:-1])
    return who, since, to, code


def fill_events(simulation, tables):
    count, benefits, groups, talks = tables

    def give(name, rows, part=""):
        for k, row in enumerate(rows, 1):
            simulation.set_input(f"{name}_{k}{part}", FOREVER, row)

    who, since, to, code = ended(benefits)
    place = places(who)
    for part, values in (("", code), ("_from", since), ("_to", to)):
        give("benefit", spread(count, law.BENEFITS, who, place, values), part)
    who, since, to, code, _ = by_day(groups)
    place = places(who)
    for part, values in (("", code), ("_from", since), ("_to", to)):
        give("group", spread(count, law.GROUPS, who, place, values), part)
    who, since, _, _, holder = talks  # only counted: the order does not matter
    give("talk", spread(count, law.TALKS, who, places(who), since))
    own = np.isin(holder, WITH_MUNICIPALITY)
    who, since = who[own], since[own]
    give("municipal_talk", spread(count, law.TALKS, who, places(who), since))


HISTORY = [
    period_of(f"{year}-{month:02}") for year in (2023, 2024, YEAR) for month in range(1, 13) if (year, month) >= law.FIRST_MONTH
]


def fill_months(simulation, tables):
    count, benefits, groups, talks = tables
    who, since, to, code = ended(benefits)
    group_of, group_since, group_to, group_code, _ = by_day(groups)
    for period in HISTORY:
        on, _, _ = law.month_end(period)
        holds = np.flatnonzero((since <= on) & (to >= on))
        for name, values in (("benefit", code), ("benefit_from", since), ("benefit_to", to)):
            simulation.set_input(name, period, spread(count, 1, who[holds], 0 * holds, values[holds])[0])
        holds = np.flatnonzero((group_since <= on) & (group_to >= on))
        group = np.full(count, law.NO_DAY, np.int32)
        group[group_of[holds]] = group_code[holds]  # the later placement wins
        simulation.set_input("group", period, group)
    own = np.isin(talks[4], WITH_MUNICIPALITY)
    for name, which in (("municipal_talk", own), ("fund_talk", ~own)):
        who, day = talks[0][which], talks[1][which]
        month = law.MONTH_OF[day]
        order = np.lexsort((who, month))
        who, day, month = who[order], day[order], month[order]
        place = places(month.astype(np.int64) << 32 | who)
        for period in HISTORY:
            number = law.MONTH_OF[law.month_end(period)[0]]
            first, after = np.searchsorted(month, [number, number + 1])
            rows = spread(count, law.TALKS_A_MONTH, who[first:after], place[first:after], day[first:after])
            for k, row in enumerate(rows[: int(place[first:after].max(initial=-1)) + 1], 1):
                simulation.set_input(f"{name}_{k}", period, row)


def answer(simulation):
    return [[simulation.calculate(name, month) for name in ANSWERS] for month in MONTHS]


def run(system, fill, tables):
    """Answers, and seconds for the simulation, the filling and the answers."""
    begun = time.perf_counter()
    simulation = SimulationBuilder.build_default_simulation(system, count=tables[0])
    simulation.max_spiral_loops = len(HISTORY)  # a month may ask for the month before, back to the first
    made = time.perf_counter()
    fill(simulation, tables)
    filled = time.perf_counter()
    answers = answer(simulation)
    done = time.perf_counter()
    return answers, (made - begun, filled - made, done - filled)


def middle(runs):
    return [statistics.median(column) for column in zip(*runs)]


def main(folder):
    folder = pathlib.Path(folder)
    product = {name: float(value) for name, value in (l.split(",") for l in (folder / "product.csv").read_text().split())}
    tables = load(folder / "events.csv")
    count = tables[0]
    expected = np.fromfile(folder / "answers.bin", np.uint8).reshape(count, len(MONTHS), len(ANSWERS))
    differing, peers = 0, {}
    for name, make, fill in (
        ("events", law.events_system, fill_events),
        ("months", law.months_system, fill_months),
    ):
        system = make()
        run(system, fill, tables)  # once to warm up
        batch = []
        for _ in range(RUNS):
            answers, seconds = run(system, fill, tables)
            batch.append(seconds)
        found = np.array(answers, np.int64).transpose(2, 0, 1)
        wrong = int((found != expected).sum())
        differing += wrong
        print(f"{name}: {found.size} answers, sum {found.sum()} against {expected.sum(dtype=np.int64)}, {wrong} differ")
        if wrong:
            n, month, what = (int(axis[0]) for axis in np.nonzero(found != expected))
            print(f"  first: citizen {n}, {MONTHS[month]}, {ANSWERS[what]}: {found[n, month, what]}, not {expected[n, month, what]}")
        one = []
        for n in range(min(count, 200)):
            alone = of_one(tables, n)
            one.append(run(system, fill, alone)[1])
        peers[name] = (min(batch, key=sum), middle(one))
    kinds = {k: np.unique(expected[:, :, i], return_counts=True) for i, k in enumerate(ANSWERS) if k.endswith("duty")}
    for name, (values, counts) in kinds.items():
        words = {0: "met", 1: "not met", 2: "open", 3: "cannot be told", 255: "nothing"}
        print(f"{name}: " + ", ".join(f"{words[int(v)]} {c}" for v, c in zip(values, counts)))
    table(count, product, peers)
    return differing


def table(count, product, peers):
    cells = count * len(MONTHS)
    print(f"\n{'one citizen, from events to twelve month-ends':<58}{'µs':>10}{'ratio':>8}")
    print(f"{'Trædesten':<58}{product['one_citizen'] * 1e6:>10.2f}{1:>8}")
    for name, (_, one) in peers.items():
        for what, seconds in (("", sum(one)), (", arrays filled", one[2])):
            print(f"{f'OpenFisca, {name}{what}':<58}{seconds * 1e6:>10.0f}{seconds / product['one_citizen']:>8.0f}")
    print(f"\n{f'{count} citizens, from events to answers':<38}{'ms':>10}{'M person-months/s':>20}{'ratio to 1':>12}{'to 2':>8}")
    one, two = product["batch_1_thread"], product["batch_2_threads"]

    def line(what, seconds):
        print(f"{what:<38}{seconds * 1e3:>10.1f}{cells / seconds / 1e6:>20.2f}{seconds / one:>12.2f}{seconds / two:>8.2f}")

    line("Trædesten, 1 thread", one)
    line("Trædesten, 2 threads", two)
    line("  of 1 thread: preparing", product["prepare_1_thread"])
    line("  of 1 thread: answering", product["answer_1_thread"])
    for name, ((made, fill, answers), _) in peers.items():
        line(f"OpenFisca, {name}", made + fill + answers)
        line("  making the simulation", made)
        line("  filling", fill)
        line("  answering", answers)
    print(f"\n{'the shipped book, one day, from events to answers':<58}{'journeys/s':>12}{'goal':>10}")
    for name, what in (("book_2025", "30 November 2025"), ("book_2026", "24 November 2026")):
        print(f"{f'{what}, one thread':<58}{count / product[name]:>12.0f}{200_000:>10}")
        print(f"{f'{what}, two threads':<58}{count / product[name + '_2_threads']:>12.0f}{400_000:>10}")


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1]) else 0)
