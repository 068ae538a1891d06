"""Made-up periods of citizens: make.py OUTPUT [BENEFIT_SPELLS]. Sorted by person, then from."""
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

WHAT = ["dagpenge", "kontanthjaelp", "uddannelseshjaelp", "sho", "sygedagpenge", "jobafklaring", "ressourceforloeb",
        "ledighedsydelse", "revalideringsydelse", "fleksloentilskud", "su", "foertidspension", "job", "uddannelse", "tilbud",
        "virksomhed", "samtale", "timer"]
CODE = {w: i for i, w in enumerate(WHAT)}
SHARE = [.33, .20, .09, .02, .20, .03, .04, .04, .02, .03]  # of the first ones
DAY = lambda s: int(np.datetime64(s, "D").astype(int))
FIRST, LAST = DAY("2019-01-01"), DAY("2026-06-30")
OPEN = 2**31 - 1  # still running: null in the file


def main(out, n=10_000_000):
    r = np.random.default_rng(20260630)
    rows = []  # (person, what, from, to, hours)

    def add(person, what, start, to, hours=None):
        what = np.broadcast_to(np.asarray(what, np.int8), len(person))
        hours = np.full(len(person), np.nan, np.float32) if hours is None else hours.astype(np.float32)
        rows.append((person.astype(np.int32), what, start.astype(np.int32),
                     np.where(to == OPEN, OPEN, np.maximum(start, to)).astype(np.int32), hours))

    def days(median, sigma, size):
        return np.maximum(1, r.lognormal(np.log(median), sigma, size)).astype(np.int64)

    # 2.5 benefit spells for each person, one after the other.
    person = np.repeat(np.arange(n // 2 + 1), 1 + r.poisson(1.5, n // 2 + 1))[:n]
    new = np.r_[True, person[1:] != person[:-1]]
    final = np.r_[new[1:], True]
    length, gap = days(130, .8, n), days(200, 1, n)
    adjoins = r.random(n) < .2  # begins the day after the one before
    gap[adjoins | new] = 0
    # What lies before the start of each, within the person; drawn together where the years are too few.
    before = np.cumsum(length + gap) - length
    before -= np.maximum.accumulate(np.where(new, before, 0))
    reach = before[final][person] + 1
    years = LAST - FIRST - 12
    scale = np.minimum(1, .95 * years / reach)
    starts = FIRST + (r.random(person[-1] + 1)[person] * (years - reach * scale)).astype(np.int64)
    # Whole days, each spell at least one: the start of the next bounds the last day.
    order = np.arange(n) - np.maximum.accumulate(np.where(new, np.arange(n), 0))
    start = starts + np.floor(before * scale).astype(np.int64) + order
    until = start + np.maximum(1, np.floor(length * scale).astype(np.int64))
    following = np.where(final, OPEN, np.r_[start[1:], OPEN])
    until = np.where(np.r_[adjoins[1:], False] & ~final, following, np.minimum(until, following))
    # The benefit of the one before again, or another.
    draw = r.choice(len(SHARE), n, p=SHARE)
    drawn = new | (r.random(n) < np.where(adjoins, .7, .4))
    code = draw[np.maximum.accumulate(np.where(drawn, np.arange(n), 0))]
    # 3% have no last day: last ones that run past the end, and of those that do not the latest.
    late = np.flatnonzero(final)[np.argsort(-until[final], kind="stable")][: round(.03 * n)]
    open_ended = np.zeros(n, bool)
    open_ended[late] = True
    last = until - 1
    add(person, code, start, np.where(open_ended, OPEN, last))

    # What follows the spells that ended.
    ended = np.flatnonzero(~open_ended)
    room = np.where(final, LAST + 400, following)[ended]  # to the next benefit, as `until`

    def some(share):
        return r.random(len(ended)) < share

    def after(mask, wait, long, what, overlap, openly):
        at = ended[mask]
        begin = last[at] + 1 + wait
        end = begin + long
        cut = (r.random(len(at)) >= overlap) & (room[mask] - 1 > begin)
        end = np.where(cut, np.minimum(end, room[mask] - 1), end)
        end = np.where((r.random(len(at)) < openly) & final[at], OPEN, end)
        keep = begin <= LAST
        add(person[at][keep], CODE[what], begin[keep], end[keep])
        return person[at][keep], begin[keep], end[keep]

    m = some(.5)
    k = int(m.sum())
    wait = np.where(r.random(k) < .6, 0, r.integers(1, 60, k))
    who, begin, end = after(m, wait, days(300, 1, k), "job", .15, .3)
    # Another job: some with days between, some at once, some beside the first.
    m2 = (r.random(len(who)) < .25) & (end != OPEN)
    b2 = end[m2] + r.integers(-20, 25, m2.sum())
    ok = (b2 > begin[m2]) & (b2 <= LAST)
    add(who[m2][ok], CODE["job"], b2[ok], b2[ok] + days(200, .8, ok.sum()))
    m = some(.08)
    k = int(m.sum())
    after(m, r.integers(0, 40, k), days(250, .7, k), "uddannelse", .2, .1)
    # SU and pension never on the days of a benefit.
    m = some(.05) & (room - last[ended] > 90)
    at = ended[m]
    b = last[at] + 1 + r.integers(0, 30, len(at))
    e = np.minimum(b + days(200, .5, len(at)), room[m] - 10)
    ok = (b <= LAST) & ~((pension := r.random(len(at)) < .3) & final[at])
    add(person[at][ok], CODE["su"], b[ok], e[ok])
    ok = (b <= LAST) & pension & final[at]
    add(person[at][ok], CODE["foertidspension"], np.where(r.random(ok.sum()) < .5, last[at][ok] + 1, b[ok]),
        np.full(ok.sum(), OPEN))

    # Beside the benefit.
    end = np.minimum(last, LAST)

    def inside(at, long):
        begin = start[at] + (r.random(len(at)) * np.maximum(1, end[at] - start[at] + 1)).astype(np.int64)
        stop = begin + long - 1
        return begin, np.where(r.random(len(at)) < .1, stop, np.minimum(stop, np.maximum(begin, end[at])))

    offers = np.flatnonzero(r.random(n) < .33)
    offers = np.r_[offers, offers[r.random(len(offers)) < .25]]
    b, e = inside(offers, days(55, .7, len(offers)))
    e = np.where((r.random(len(offers)) < .2) & open_ended[offers], OPEN, e)
    add(person[offers], np.where(r.random(len(offers)) < .3, CODE["virksomhed"], CODE["tilbud"]), b, e)
    some_hours = np.flatnonzero(r.random(n) < .1)
    some_hours = np.r_[some_hours, some_hours[r.random(len(some_hours)) < .2]]
    b, e = inside(some_hours, days(90, .8, len(some_hours)))
    # Half days of 3.7 hours: no sum of them over days is just 100 or 225 hours, so rounding decides nothing.
    hours = np.where(r.random(len(some_hours)) < .01, 0, np.float32(3.7) * r.integers(1, 8, len(some_hours)))
    add(person[some_hours], CODE["timer"], b, e, hours)
    # Talks on days of a benefit, one in 61 days.
    at = np.repeat(np.arange(n), r.poisson(np.maximum(0, end - start + 1) / 61))
    b = start[at] + (r.random(len(at)) * (end[at] - start[at] + 1)).astype(np.int64)
    add(person[at], CODE["samtale"], b, b)

    person, what, start, to, hours = (np.concatenate(c) for c in zip(*rows))
    del rows
    by = np.argsort(person.astype(np.int64) << 32 | start.astype(np.int64) << 8 | what, kind="stable")
    person, what, start, to, hours = (c[by] for c in (person, what, start, to, hours))
    unit = np.random.default_rng(98).choice(98, person[-1] + 1, p=(w := np.geomspace(1, 20, 98)) / w.sum())
    day = lambda a, mask=None: pa.array(a, pa.int32(), mask=mask).cast(pa.date32())
    table = pa.table({
        "person": person, "unit": unit.astype(np.int32)[person],
        "what": pa.DictionaryArray.from_arrays(pa.array(what), WHAT),
        "from": day(start), "to": day(to, to == OPEN), "hours": pa.array(hours, mask=np.isnan(hours)),
    })
    pq.write_table(table, out, compression="zstd", row_group_size=1_000_000)
    print(f"{table.num_rows:,} rows, {person[-1] + 1:,} persons")
    for i, w in enumerate(WHAT):
        print(f"  {w:20} {int((what == i).sum()):,}")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:3]))
