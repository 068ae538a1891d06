"""Monthly indicators from periods in Polars: peer_polars.py INPUT OUTPUT."""
import os
import resource
import sys
import time

os.environ.setdefault("POLARS_MAX_THREADS", "2")
import polars as pl
from polars import col

# A day of a person is one number, person * 2^16 + days since 1970: spans of all persons lie on one line in order, from a
# day to before another. Then runs need no grouping, and what holds on a day is found by a search.
# What holds over months is told where it begins and ends, and summed up last.
DAY = 1 << 16
KNOWN = 20_635  # 1 July 2026: days before are known of
OPEN = 47_482  # still running: 1 January 2100
MONTHS = 60
CODES = ["dagpenge", "kontanthjaelp", "uddannelseshjaelp", "sho", "sygedagpenge", "jobafklaring", "ressourceforloeb",
         "ledighedsydelse", "revalideringsydelse", "fleksloentilskud", "foertidspension", "su", "job", "uddannelse", "tilbud",
         "virksomhed", "timer", "samtale"]
BIT = {code: 1 << n for n, code in enumerate(CODES)}
GROUPS = {"ialt": CODES[:9], "dagpenge": CODES[:1], "kontanthjaelp": CODES[1:4], "kun-kontanthjaelp": CODES[1:2],
          "uddannelseshjaelp": CODES[2:3], "sho": CODES[3:4], **{code: [code] for code in CODES[4:8]},
          "revalidering": CODES[8:9], "fleksjob": CODES[9:10]}

days = pl.select(day=pl.int_range(DAY).cast(pl.Int32).cast(pl.Date)).select(
    month=((col("day").dt.year().cast(pl.Int32) - 2021) * 12 + col("day").dt.month() - 1).cast(pl.Int16),
    before=(col("day").dt.day() - 1).cast(pl.Int16),
    after=(col("day").dt.days_in_month() - col("day").dt.day()).cast(pl.Int16),
    **{f"plus{n}": col("day").dt.offset_by(f"{n}mo").cast(pl.Int32).cast(pl.Int64) for n in (1, 2, 3, 4, 5, 6, 12)})
starts = pl.select(pl.date(2021 + pl.int_range(MONTHS + 3) // 12, pl.int_range(MONTHS + 3) % 12 + 1, 1).cast(pl.Int32)).to_series()


def of_day(what, day):
    """What the calendar has for a day: its month from January 2021, days of the month before or after, months later."""
    return pl.lit(days[what]).gather(day & (DAY - 1))


def month(day):
    return of_day("month", day)


def person(day):
    return day // DAY


def runs(rows):
    """Spans without a day between as one, with the ends of the one before and after on the line."""
    before = col("until").cum_max().shift(1, fill_value=-1)
    return (rows.lazy().with_columns(before=before, top=col("until").max()).filter(col("before") < col("from"))
            .with_columns(until=col("before").shift(-1).fill_null(col("top")), next=col("from").shift(-1)).drop("top"))


def last_of(rows, at, spans):
    """Rows in order of a day, with the end of the last of the spans that began by then."""
    spans = spans.lazy().select(col("from").set_sorted().alias("began"), col("until").alias("end"))
    return rows.lazy().with_columns(col(at).set_sorted()).join_asof(spans, left_on=at, right_on="began")


def within(rows, at, spans):
    return last_of(rows, at, spans).filter(col(at) < col("end")).drop("began", "end")


def holds(rows, at, spans):
    """Whether the day is in a span, for each of the rows."""
    return last_of(rows.lazy().select(at), at, spans).select((col(at) < col("end")).fill_null(False))


def edges(spans, kind):
    """Where spans begin and end: how many, days of the month outside, and those counted in the month already."""
    same = person(col("before") - 1) == person(col("from"))
    spans = spans.with_columns(first=month(col("from")), last=month(col("until") - 1)).filter(
        col("first") < MONTHS, col("last") >= 0)
    begin = spans.with_columns(
        new=(new := col("first") >= 0), outside=pl.when(new).then(of_day("before", col("from"))),
        again=new & same & (month((col("before") - 1).clip(0)) == col("first"))).group_by(
        "unit", "group", month=col("first").clip(0)).agg(pl.len().alias("begun"), pl.col("new", "outside", "again").sum())
    end = spans.filter(col("last") < MONTHS).with_columns(outside=of_day("after", col("until") - 1)).group_by(
        "unit", "group", month="last").agg(pl.len().alias("over"), col("outside").sum())
    return [f.with_columns(kind=pl.lit(kind)) for f in (begin, end)]


def line(day, m):
    """Months are on a line too: person * 64 + month."""
    return person(day) * 64 + m


def months(spans, start, end):
    """Months from that of a day to before that of another, as far as they are counted."""
    return spans.lazy().select("unit", "group", **{
        "from": line(col("from"), month(start).clip(0, MONTHS)), "until": line(col("from"), month(end).clip(0, MONTHS))}
    ).filter(col("from") < col("until")).collect()


def steps(spans):
    """Where the groups that have a person's months change: a bit for each group from there on, and those until there.
    A person is of one unit."""
    bit = pl.lit(pl.Series([1 << g for g in range(len(GROUPS))], dtype=pl.Int32)).gather(col("group"))
    edges = [spans.lazy().select("unit", at="from", bits=bit), spans.lazy().select("unit", at="until", bits=-bit)]
    return pl.concat(edges).sort("at").with_columns(bits=col("bits").cum_sum()).filter(
        (col("at") != col("at").shift(-1)).fill_null(True)).with_columns(
        was=col("bits").shift(1, fill_value=0), at=col("at").set_sorted()).collect()


def at_steps(points, steps):
    """Points on the line of months, with the groups that hold there."""
    return points.lazy().with_columns(col("at").set_sorted()).join_asof(
        steps.lazy().select("unit", "at", "bits"), on="at").filter(col("bits") != 0)


def by_month(points, **counts):
    return points.group_by("unit", "bits", month=(col("at") % 64).cast(pl.Int16)).agg(**counts)


def changes(steps, n, kind):
    """What there is of a kind at each step, as begun in the groups that hold from there, as over in those before."""
    return [by_month(steps.lazy().select("unit", "at", bits=bits, n=n).filter(col("bits") != 0),
                     begun=sign * col("n").sum()).with_columns(kind=pl.lit(kind)) for bits, sign in (("bits", 1), ("was", -1))]


def both(begins, ends, steps, kind):
    """How many spans hold in the months of groups, by where spans begin and end in order, and where groups change."""
    begins, ends = (s.lazy().select(at=s.columns[0], n=pl.lit(n, pl.Int32)) for s, n in ((begins, 1), (ends, -1)))
    points = begins.merge_sorted(ends, "at").with_columns(held=col("n").cum_sum()).filter(
        (col("at") != col("at").shift(-1)).fill_null(True)).with_columns(n=col("held") - col("held").shift(1, fill_value=0))
    points = points.collect()
    held = points.lazy().select("held", at=col("at").set_sorted())
    held = steps.lazy().join_asof(held, on="at", allow_exact_matches=False).with_columns(col("held").fill_null(0))
    return [by_month(at_steps(points, steps), begun=col("n").sum()).with_columns(kind=pl.lit(kind)),
            *changes(held, col("held"), kind)]


def of_groups(counts):
    """Counts of sets of groups as those of each."""
    return pl.concat([counts.filter(col("bits") & 1 << g != 0).with_columns(group=pl.lit(g, pl.Int8))
                      for g in range(len(GROUPS))]).drop("bits")


def meets(a, b):
    """Where spans meet those of the same person."""
    key = person(col("from")).alias("person")
    return (a.lazy().with_columns(key).join(b.lazy().with_columns(key), on="person", suffix="_b")
            .filter(col("from") < col("until_b"), col("from_b") < col("until"))
            .select("unit", "group", pl.max_horizontal("from", "from_b").alias("from"),
                    pl.min_horizontal("until", "until_b").alias("until")))


def exits(spells, job, education, support):
    """Spells that ended, and what their persons did after."""
    last = col("until") - 1
    ended = spells.lazy().with_columns(month=month(last)).filter(col("month").is_between(0, MONTHS - 1)).filter(
        (month_end := pl.lit(starts).gather(col("month") + 2)) <= KNOWN,
        (person(col("next")) != person(col("from"))) | (col("next") & (DAY - 1) >= month_end) | col("next").is_null())
    day = {n: last - (last & (DAY - 1)) + of_day(f"plus{n}", last) for n in (1, 2, 3, 4, 5, 6, 12)}
    ended = ended.with_columns(**{f"d{n}": d for n, d in day.items()}).collect()
    known = {n: col(f"d{n}") & (DAY - 1) < KNOWN for n in day}
    kinds = {f"job{n}": (n, job) for n in day} | {
        f"{name}{n}": (n, spans) for name, spans in (("education", education), ("support", support)) for n in (1, 3, 6, 12)}
    ended = ended.hstack([f.to_series().alias(name) for name, f in zip(kinds, pl.collect_all(
        holds(ended, f"d{n}", spans) for n, spans in kinds.values()))])
    ended = ended.with_columns(
        *(col(name) & known[n] for name, (n, _) in kinds.items()), **{f"Known{n}": known[n] for n in (1, 3, 6, 12)})
    counts = {"Exit": pl.len(), "SpellDays": (col("until") - col("from")).sum()}
    for n in (1, 3, 6, 12):
        job, education = col(f"job{n}"), col(f"education{n}")
        counts |= {f"Known{n}": col(f"Known{n}").sum(), f"Job{n}": job.sum(), f"Education{n}": (~job & education).sum(),
                   f"Support{n}": (~job & ~education & col(f"support{n}")).sum()}
    counts["LastingJob"] = pl.all_horizontal(f"job{n}" for n in range(1, 7)).sum()
    free = (col("supported_until") == col("until")) & (col("supported_next").fill_null(2**62) > col("d6"))
    counts["LastingFree"] = (known[6] & free).sum()
    return ended.group_by("unit", "group", "month").agg(**counts)


def main(source, output):
    begun = time.perf_counter()

    def note(what):
        print(f"  {what:8} {time.perf_counter() - begun:7.2f} s, CPU {time.process_time():7.2f} s", file=sys.stderr)

    key = col("person").cast(pl.Int64) * DAY
    rows = pl.scan_parquet(source).select(
        "unit", "hours",
        what=pl.lit(pl.Series(BIT.values(), dtype=pl.UInt32)).gather(col("what").cast(pl.Enum(CODES)).to_physical()),
        **{"from": key + col("from").cast(pl.Int32), "until": key + (col("to").cast(pl.Int32) + 1).fill_null(OPEN)}
    ).collect()
    note("read")
    of = lambda *codes: col("what") & sum(BIT[code] for code in codes) != 0
    talks = rows.filter(of("samtale")).select("from")
    rows = rows.filter(~of("samtale", "su"))
    some_hours = of("timer") & (col("hours") > 0)
    kinds = [*(of(*codes) for codes in GROUPS.values()), of(*CODES[:11]), of("job"), of("uddannelse"),
             of("tilbud", "virksomhed"), some_hours, some_hours | of("virksomhed")]
    spans = rows.lazy().select("unit", "what", "hours", "from", "until")
    *spells, support, job, education, offer, hours, business = pl.collect_all(
        runs(spans.filter(kind)).drop("what", "hours") for kind in kinds)
    note("runs")
    run = support.select("from", supported_from="from", supported_until="until", supported_next="next").with_columns(
        col("from").set_sorted())
    spells = pl.collect_all(
        s.lazy().with_columns(col("from").set_sorted(), group=pl.lit(g, pl.Int8)).join_asof(run.lazy(), on="from")
        for g, s in enumerate(spells))
    note("spells")
    counted = pl.concat([exits(s, job, education, support) for s in spells])
    note("exits")

    # Months that count who has been on a benefit for 91 days by their end, or supported for a year.
    every = pl.concat(spells)
    quarter = steps(months(every, col("from") + 90, col("until")))
    year = steps(months(every, pl.max_horizontal("from", col("supported_from") + 364), col("until")))
    # Months with an offer in the year before their end, those with a talk in 91 days, and with four in a year.
    offered = offer.lazy().select(**{
        "from": pl.max_horizontal(line(col("from"), month(col("from")).clip(0)),
                                  line(col("before"), month(col("before").clip(0) + 364).clip(0, MONTHS))),
        "until": line(col("from"), month(col("until") + 364).clip(0, MONTHS))}).filter(col("from") < col("until")).collect()
    note("year")
    fourth = col("from").shift(3)
    talks = talks.lazy().select(**{
        "from": line(col("from"), month(col("from")).clip(0, MONTHS)),
        "until": line(col("from"), month(col("from") + 91).clip(0, MONTHS)),
        "four": pl.when(person(fourth) == person(col("from"))).then(line(col("from"), month(fourth + 365).clip(0, MONTHS)))})
    several_talks = talks.filter(col("from") < col("four")).select("from", until="four")
    talks = talks.filter(col("from") < col("until")).select("from", "until")
    apart = lambda s: (s.filter((col("from") > col("until").shift(1)).fill_null(True)).select("from"),
                       s.filter((col("from").shift(-1) > col("until")).fill_null(True)).select("until"))
    talks, several_talks = pl.collect_all([talks, several_talks])
    levels = [level for begins, ends, during, kind in (
        (talks.select("from"), talks.select("until"), quarter, "talks"), (*apart(talks), quarter, "talk"),
        (*apart(several_talks), year, "four talks"), (*apart(offered), year, "offer year"))
        for level in both(begins, ends, during, kind)]
    levels = pl.collect_all([
        *levels, *changes(quarter, pl.lit(1, pl.Int32), "quarter"), *changes(year, pl.lit(1, pl.Int32), "year")])
    levels = [of_groups(pl.concat(levels, how="diagonal_relaxed")).lazy()]
    del talks, several_talks
    note("talks")
    ordinary = rows.lazy().filter(of("timer")).with_columns(
        month=pl.int_ranges(month(col("from")).clip(0), month(col("until") + 364).clip(0, MONTHS))
    ).explode("month").drop_nulls("month")
    end = (col("from") - (col("from") & (DAY - 1))) + pl.lit(starts).gather(col("month") + 1)
    worked = ordinary.with_columns(end=end).select(
        "unit", at=line(col("from"), col("month")),
        hours=col("hours") * (pl.min_horizontal("until", "end") - pl.max_horizontal("from", col("end") - 365)) / 7
    ).group_by("unit", "at").agg(col("hours").sum()).filter(col("hours") >= 100).sort("at").collect()
    worked = worked.filter(~holds(worked, "at", offered).collect().to_series())
    several = [of_groups(by_month(at_steps(worked.drop("unit"), year), Over100=pl.len(), Over225=(col("hours") >= 225).sum()))]
    note("hours")
    last = col("until") - 1
    ended = rows.lazy().filter(of("tilbud", "virksomhed")).select("unit", last=last, month=month(last)).filter(
        col("month").is_between(0, MONTHS - 1)).with_columns(
            **{f"d{w}": col("last") + 7 * w for w in (26, 52)}).sort("last").collect()
    ended = ended.hstack([holds(ended, f"d{w}", support).collect().to_series().alias(f"supported{w}") for w in (26, 52)])
    ended = ended.with_columns(**{f"OfferKnown{w}": col(f"d{w}") & (DAY - 1) < KNOWN for w in (26, 52)}).with_columns(
        **{f"SelfSupport{w}": col(f"OfferKnown{w}") & ~col(f"supported{w}") for w in (26, 52)})
    several += [within(ended, "last", s).group_by("unit", "month").agg(
        col("^(Offer|Self).*$").sum()).with_columns(group=pl.lit(g, pl.Int8)) for g, s in enumerate(spells)]
    levels += edges(every.lazy(), "spell")
    for kind, spans in {"offer": offer, "hours": hours, "business": business}.items():
        met = meets(every, spans).sort("group", "from").with_columns(before=pl.when(
            col("group") == col("group").shift(1)).then(col("until").shift(1)).fill_null(-1))
        levels += edges(met, kind)
    levels, several = pl.collect_all(levels), pl.collect_all(several)
    note("meets")

    cells = rows.select(col("unit").unique()).join(
        pl.select(month=pl.int_range(MONTHS, dtype=pl.Int16)), how="cross").join(
        pl.select(group=pl.int_range(len(GROUPS), dtype=pl.Int8)), how="cross")
    names = ["unit", "group", "month", "kind"]
    levels = pl.concat(levels, how="diagonal_relaxed").group_by(names).agg(pl.all().sum())
    level = cells.join(levels.select(col("kind").unique()), how="cross").join(levels, on=names, how="left").with_columns(
        col("begun", "new", "over", "outside", "again").fill_null(0).cast(pl.Int64)).sort("unit", "group", "kind", "month")
    n = col("begun").cum_sum() - col("over").cum_sum().shift(1, fill_value=0)
    level = level.with_columns(n=n.over("unit", "group", "kind")).with_columns(
        persons=col("n") - col("again"),
        days=col("n") * pl.lit(starts.diff().shift(-1)).gather(col("month")) - col("outside"))
    one = lambda value, kind: col(value).filter(col("kind") == kind).sum()
    wide = level.group_by(names[:3]).agg(
        Persons=one("persons", "spell"), Days=one("days", "spell"), Inflow=one("new", "spell"),
        OfferDays=one("days", "offer"), Activated=one("persons", "offer"), Business=one("persons", "business"),
        Hours=one("persons", "hours"), Quarter=one("n", "quarter"), NoTalk=one("n", "quarter") - one("n", "talk"),
        TalksQuarter=one("n", "talks"), Year=one("n", "year"), NoOffer=one("n", "year") - one("n", "offer year"),
        FewTalks=one("n", "year") - one("n", "four talks"))
    wide = pl.concat([wide, counted, *several], how="diagonal_relaxed").group_by(names[:3]).agg(pl.all().sum())
    wide = wide.with_columns(Neither100=col("NoOffer") - col("Over100"), Neither225=col("NoOffer") - col("Over225"))
    total = wide.group_by("group", "month").agg(pl.exclude("unit").sum()).with_columns(unit=pl.lit(-1))
    every = pl.concat([wide, total], how="diagonal_relaxed").sort("unit", "month", "group").with_columns(
        month=pl.lit(starts).gather(col("month")).cast(pl.Date).dt.strftime("%Y-%m"),
        group=pl.lit(pl.Series(list(GROUPS))).gather(col("group")))
    after = [f"{what}{n}" for n in (1, 3, 6, 12) for what in ("Known", "Job", "Education", "Support")]
    every.select("unit", "month", "group", "Persons", "Days", "Inflow", "Exit", "SpellDays", "OfferDays", "Activated",
                 "Business", "Hours", *after, "LastingJob", "LastingFree", "Quarter", "NoTalk", "TalksQuarter", "Year", "NoOffer",
                 "Neither100", "Neither225", "FewTalks", "OfferKnown26", "SelfSupport26", "OfferKnown52",
                 "SelfSupport52").write_parquet(output)
    note("output")
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{time.perf_counter() - begun:.2f} s, CPU {used.ru_utime + used.ru_stime:.2f} s, {used.ru_maxrss / 2**20:.2f} GiB")


if __name__ == "__main__":
    main(*sys.argv[1:3])
