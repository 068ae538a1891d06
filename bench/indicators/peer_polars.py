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
CODES = ["dagpenge", "kontanthjaelp", "sygedagpenge", "jobafklaring", "ressourceforloeb", "ledighedsydelse",
         "revalideringsydelse", "foertidspension", "su", "job", "uddannelse", "tilbud", "virksomhed", "timer", "samtale"]
GROUPS = ["ialt", *CODES[:6], "revalidering"]

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


def month_edges(spans, kind):
    """The same of spans of months, person * 64 + month."""
    by = lambda m: spans.group_by("unit", "group", month=(m % 64).cast(pl.Int16), kind=pl.lit(kind))
    return [by(col("from")).agg(begun=pl.len()), by(col("until") - 1).agg(over=pl.len())]


def meets(a, b, per):
    """Where spans meet those of the same person, `per` days or months a person."""
    key = (col("from") // per).alias("person")
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
        "unit", "hours", what=col("what").cast(pl.Enum(CODES)).to_physical().cast(pl.UInt8),
        **{"from": key + col("from").cast(pl.Int32), "until": key + (col("to").cast(pl.Int32) + 1).fill_null(OPEN)}
    ).collect()
    note("read")
    what = {code: col("what") == n for n, code in enumerate(CODES)}
    some_hours = what["timer"] & (col("hours") > 0)
    kinds = [col("what") < 7, *list(what.values())[:7], col("what") < 8, what["job"], what["uddannelse"],
             what["tilbud"] | what["virksomhed"], some_hours, some_hours | what["virksomhed"]]
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

    # Months are on a line too: person * 64 + month. First those with an offer in the year before their end.
    line = lambda day, m: person(day) * 64 + m
    once = lambda s: s.filter(col("from") < col("until")).select("unit", "from", "until")
    offered = once(offer.lazy().with_columns(**{
        "from": pl.max_horizontal(line(col("from"), month(col("from")).clip(0)),
                                  line(col("before"), month(col("before").clip(0) + 364).clip(0, MONTHS))),
        "until": line(col("from"), month(col("until") + 364).clip(0, MONTHS))})).collect()
    year = [once(s.lazy().with_columns(**{
        "from": line(col("from"), month(pl.max_horizontal("from", col("supported_from") + 364)).clip(0, MONTHS)),
        "until": line(col("from"), month(col("until")).clip(0, MONTHS))})
        ).with_columns(group=pl.lit(g, pl.Int8)).collect() for g, s in enumerate(spells)]
    ordinary = rows.lazy().filter(what["timer"]).with_columns(
        month=pl.int_ranges(month(col("from")).clip(0), month(col("until") + 364).clip(0, MONTHS))
    ).explode("month").drop_nulls("month")
    end = (col("from") - (col("from") & (DAY - 1))) + pl.lit(starts).gather(col("month") + 1)
    worked = ordinary.with_columns(end=end).select(
        "unit", at=line(col("from"), col("month")),
        hours=col("hours") * (pl.min_horizontal("until", "end") - pl.max_horizontal("from", col("end") - 365)) / 7
    ).group_by("unit", "at").agg(col("hours").sum()).filter(col("hours") >= 100).sort("at").collect()
    worked = worked.filter(~holds(worked, "at", offered).collect().to_series())
    note("year")
    several = [within(worked, "at", y).group_by("unit", month=(col("at") % 64).cast(pl.Int16)).agg(
        Over100=pl.len(), Over225=(col("hours") >= 225).sum()).with_columns(group=pl.lit(g, pl.Int8))
        for g, y in enumerate(year)]
    last = col("until") - 1
    ended = rows.lazy().filter(kinds[11]).select("unit", last=last, month=month(last)).filter(
        col("month").is_between(0, MONTHS - 1)).with_columns(
            **{f"d{w}": col("last") + 7 * w for w in (26, 52)}).sort("last").collect()
    ended = ended.hstack([holds(ended, f"d{w}", support).collect().to_series().alias(f"supported{w}") for w in (26, 52)])
    ended = ended.with_columns(**{f"OfferKnown{w}": col(f"d{w}") & (DAY - 1) < KNOWN for w in (26, 52)}).with_columns(
        **{f"SelfSupport{w}": col(f"OfferKnown{w}") & ~col(f"supported{w}") for w in (26, 52)})
    several += [within(ended, "last", s).group_by("unit", "month").agg(
        col("^(Offer|Self).*$").sum()).with_columns(group=pl.lit(g, pl.Int8)) for g, s in enumerate(spells)]
    levels = []
    for s, y in zip(spells, year):
        levels += edges(s.lazy(), "spell") + month_edges(y.lazy(), "year")
        levels += month_edges(meets(y, offered, 64), "offer year")
        for kind, spans in {"offer": offer, "hours": hours, "business": business}.items():
            met = meets(s, spans, DAY).sort("from").with_columns(before=col("until").shift(1, fill_value=-1))
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
        Hours=one("persons", "hours"), Year=one("n", "year"), NoOffer=one("n", "year") - one("n", "offer year"))
    wide = pl.concat([wide, counted, *several], how="diagonal_relaxed").group_by(names[:3]).agg(pl.all().sum())
    wide = wide.with_columns(Neither100=col("NoOffer") - col("Over100"), Neither225=col("NoOffer") - col("Over225"))
    total = wide.group_by("group", "month").agg(pl.exclude("unit").sum()).with_columns(unit=pl.lit(-1))
    both = pl.concat([wide, total], how="diagonal_relaxed").sort("unit", "month", "group").with_columns(
        month=pl.lit(starts).gather(col("month")).cast(pl.Date).dt.strftime("%Y-%m"),
        group=pl.lit(pl.Series(GROUPS)).gather(col("group")))
    after = [f"{what}{n}" for n in (1, 3, 6, 12) for what in ("Known", "Job", "Education", "Support")]
    both.select("unit", "month", "group", "Persons", "Days", "Inflow", "Exit", "SpellDays", "OfferDays", "Activated",
                "Business", "Hours", *after, "LastingJob", "LastingFree", "Year", "NoOffer", "Neither100", "Neither225",
                "OfferKnown26", "SelfSupport26", "OfferKnown52", "SelfSupport52").write_parquet(output)
    note("output")
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{time.perf_counter() - begun:.2f} s, CPU {used.ru_utime + used.ru_stime:.2f} s, {used.ru_maxrss / 2**20:.2f} GiB")


if __name__ == "__main__":
    main(*sys.argv[1:3])
