"""Counts in which this program's answer differs from a peer's: compare.py OWN.csv PEER.parquet. The exit status tells."""
import sys

import polars as pl

# Each indicator is made of two counts; shares and means are not compared, what they are made of is.
AFTER = {f"afgang-{da}-{n}": (f"{en}{n}", f"Known{n}")
         for n in (1, 3, 6, 12) for da, en in (("job", "Job"), ("uddannelse", "Education"), ("ydelse", "Support"))}
COUNTS = AFTER | {
    "personer": ("Persons", None), "fuldtidspersoner": ("Days", None), "tilgang": ("Inflow", None), "afgang": ("Exit", None),
    "varighed": ("SpellDays", "Exit"), "varigt-job": ("LastingJob", "Known6"), "varigt-uden-ydelse": ("LastingFree", "Known6"),
    "selvforsoergelse-26": ("SelfSupport26", "OfferKnown26"), "selvforsoergelse-52": ("SelfSupport52", "OfferKnown52"),
    "aktiveringsgrad": ("OfferDays", "Days"), "aktiveringsberoerte": ("Activated", "Persons"),
    "virksomhedsrettet": ("Business", "Persons"), "ordinaere-timer": ("Hours", "Persons"), "passive": ("NoOffer", "Year"),
    "hverken-tilbud-eller-timer": ("Neither100", "Year"), "hverken-tilbud-eller-225-timer": ("Neither225", "Year"),
    "samtaler": ("TalksQuarter", "Quarter"), "uden-samtale": ("NoTalk", "Quarter"), "under-fire-samtaler": ("FewTalks", "Year"),
}
KEYS = ["unit", "month", "group"]

own = pl.read_csv(sys.argv[1], schema_overrides={"unit": pl.String, "value": pl.Float64, "published": pl.Float64}).filter(
    pl.col("unit").ne("uden enhed") | pl.col("unit").is_null())
own = own.with_columns(unit=pl.col("unit").cast(pl.Int64).fill_null(-1), month=pl.col("month").str.replace("M", "-"))
peer = pl.read_parquet(sys.argv[2]).with_columns(pl.col("unit").cast(pl.Int64), pl.col("group").cast(pl.String)).select(
    *KEYS, pl.exclude(KEYS).cast(pl.Int64))
cells = differ = 0
for code, (over, under) in COUNTS.items():
    # Where there is nobody to count of, this program gives no value; the peers' counts must then be nothing as well.
    both = peer.select(*KEYS, o=over, u=under or over).join(own.filter(indicator=code), on=KEYS, how="left")
    got = both.select(ok=(pl.col("over").fill_null(0) == pl.col("o")) & (
        pl.lit(under is None) | (pl.col("under").fill_null(0) == pl.col("u"))))["ok"]
    cells += len(got) * (1 if under is None else 2)
    if not got.all():
        differ += (~got).sum()
        print(code, both.filter(~got).head(5))
print(f"{cells:,} counts, {differ} differ")
sys.exit(differ > 0)
