"""Monthly indicators from periods in DuckDB: peer_duckdb.py INPUT OUTPUT."""
import resource
import sys
import time

import duckdb

# Days are dates, spans run from a day to before another, months are numbered from January 2021.
# What holds over a span of months is told as +1 in the first month and -1 in the month after the last, summed up in the
# end: nothing is multiplied by the number of its months.
SETUP = """
SET threads = 2;
SET preserve_insertion_order = false;
CREATE MACRO known() AS DATE '2026-07-01';
CREATE MACRO month_of(day) AS date_diff('month', DATE '2021-01-01', day);
CREATE MACRO start_of(month) AS make_date(2021 + month // 12, month % 12 + 1, 1);
CREATE MACRO after(day, n) AS CAST(day + to_months(n) AS DATE);
CREATE MACRO known_after(day, n) AS CASE WHEN after(day, n) < known() THEN after(day, n) END;
CREATE MACRO holds(s, day) AS s.from <= day AND day < s.until;
CREATE MACRO months(first, last) AS CASE WHEN first <= last THEN ((1::BIGINT << (last - first + 1)) - 1) << first END;  -- bits
CREATE TYPE kind AS ENUM ('ialt', 'dagpenge', 'kontanthjaelp', 'kun-kontanthjaelp', 'uddannelseshjaelp', 'sho', 'sygedagpenge',
  'jobafklaring', 'ressourceforloeb', 'ledighedsydelse', 'revalidering', 'fleksjob', 'support', 'job', 'education', 'offer',
  'hours', 'business');
CREATE MACRO is_group(kind) AS kind <= 'fleksjob'::kind;
CREATE MACRO bit_of(grp) AS 1::INTEGER << enum_code(grp)::INTEGER;
"""

STEPS = {
    # Runs of days of each kind, without a day between; with the ends of the run before and after.
    "run": """
CREATE TEMP TABLE run AS
WITH part AS (
  SELECT person, unit, "from", coalesce("to" + 1, DATE '2100-01-01') AS until, unnest(CAST(CASE what
    WHEN 'foertidspension' THEN ['support']
    WHEN 'job' THEN ['job']
    WHEN 'uddannelse' THEN ['education']
    WHEN 'tilbud' THEN ['offer']
    WHEN 'virksomhed' THEN ['offer', 'business']
    WHEN 'timer' THEN CASE WHEN hours > 0 THEN ['hours', 'business'] END
    WHEN 'kontanthjaelp' THEN ['ialt', 'kontanthjaelp', 'kun-kontanthjaelp', 'support']
    WHEN 'uddannelseshjaelp' THEN ['ialt', 'kontanthjaelp', 'uddannelseshjaelp', 'support']
    WHEN 'sho' THEN ['ialt', 'kontanthjaelp', 'sho', 'support']
    WHEN 'revalideringsydelse' THEN ['ialt', 'revalidering', 'support']
    WHEN 'fleksloentilskud' THEN ['fleksjob', 'support']
    ELSE ['ialt', what, 'support'] END AS kind[])) AS kind
  FROM input WHERE what NOT IN ('su', 'samtale')
), reach AS (
  SELECT *, max(until) OVER (mine ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before,
    greatest(until, coalesce(before, until)) AS reach, lead("from") OVER mine AS next,
    before IS NULL OR before < "from" AS first, next IS NULL OR reach < next AS last
  FROM part WINDOW mine AS (PARTITION BY person, kind ORDER BY "from")
)
SELECT person, unit, kind, "from", reach AS until, before, next FROM reach WHERE first AND last
UNION ALL
SELECT person, unit, kind, "from", lead(reach) OVER mine, before, lead(next) OVER mine
FROM reach WHERE first <> last
WINDOW mine AS (PARTITION BY person, kind ORDER BY "from", last) QUALIFY first
""",
    # Spells on a benefit, each within a run of support.
    "spell": """
CREATE TEMP TABLE spell AS
SELECT s.*, r."from" AS supported_from, r.until AS supported_until, r.next AS supported_next,
  month_of(s.until - 1) AS last_month
FROM run s JOIN run r ON r.person = s.person AND holds(r, s."from")
WHERE is_group(s.kind) AND r.kind = 'support'
""",
    # Spells that ended, with the days that are looked at after.
    "ended": """
CREATE TEMP TABLE ended AS
SELECT *, known_after(until - 1, 1) AS d1, known_after(until - 1, 3) AS d3, known_after(until - 1, 6) AS d6,
  known_after(until - 1, 12) AS d12
FROM spell
WHERE last_month BETWEEN 0 AND 59 AND start_of(last_month + 2) <= known()
  AND (next IS NULL OR next >= start_of(last_month + 2))
""",
    # One status a day: a job before education before support, by adding and taking away where they meet.
    "status": """
CREATE TEMP TABLE status AS
WITH job AS (FROM run WHERE kind = 'job'), education AS (FROM run WHERE kind = 'education'),
support AS (FROM run WHERE kind = 'support'),
meets AS (
  SELECT person, greatest(e."from", j."from") AS "from", least(e.until, j.until) AS until
  FROM education e JOIN job j USING (person) WHERE e."from" < j.until AND j."from" < e.until
), minus AS (
  SELECT person, "from", until, -1 AS sign FROM job
  UNION ALL SELECT person, "from", until, -1 FROM education
  UNION ALL SELECT person, "from", until, 1 FROM meets
)
SELECT person, kind, "from", until, 1 AS sign FROM run WHERE kind IN ('job', 'education', 'support')
UNION ALL SELECT person, 'education', "from", until, -1 FROM meets
UNION ALL SELECT person, 'support', greatest(s."from", m."from"), least(s.until, m.until), sign
FROM support s JOIN minus m USING (person) WHERE s."from" < m.until AND m."from" < s.until
""",
    # Months in which who is on a benefit by the end has been supported for a year: spans, both ends included.
    "year": """
CREATE TEMP TABLE year AS
SELECT person, unit, kind AS grp, greatest(0, month_of(greatest("from", supported_from + 364))) AS first,
  least(59, month_of(until) - 1) AS last
FROM spell WHERE first <= last
""",
    # Months in which who is on a benefit by the end has been for 91 days, in the same way.
    "quarter": """
CREATE TEMP TABLE quarter AS
SELECT person, unit, kind AS grp, greatest(0, month_of("from" + 90)) AS first, least(59, month_of(until) - 1) AS last
FROM spell WHERE first <= last
""",
    # Talks, with the third before: the file has a person's rows together, in order of days.
    "talk": """
SET preserve_insertion_order = true;
CREATE TEMP TABLE talk AS
SELECT person, "from" AS day, CASE WHEN lag(person, 3) OVER () = person THEN lag("from", 3) OVER () END AS third
FROM input WHERE what = 'samtale' AND "from" BETWEEN start_of(0) - 365 AND start_of(60) - 1;
SET preserve_insertion_order = false;
""",
    # How many talks have their months begin and end in a month of the 91 days, for spans that several groups have at once.
    "talks": """
CREATE TEMP TABLE talks AS
WITH span AS (
  SELECT person, unit, first, last, bit_or(bit_of(grp)) AS grps FROM quarter GROUP BY ALL
), talk AS (
  SELECT person, greatest(0, month_of(day)) AS first, least(60, month_of(day + 91)) - 1 AS last FROM talk WHERE first <= last
), met AS (
  SELECT unit, grps, greatest(s.first, t.first) AS first, least(s.last, t.last) AS last, count(*) AS n
  FROM span s JOIN talk t USING (person) WHERE s.first <= t.last AND t.first <= s.last GROUP BY ALL
), grp AS (SELECT CAST(unnest(enum_range(NULL::kind)[:12]) AS kind) AS grp)
SELECT unit, grp, first, last, sum(n) AS n FROM met JOIN grp ON grps & bit_of(grp) <> 0 GROUP BY ALL
""",
    # Months of persons with a talk in 91 days, and with four in a year.
    "talked": """
CREATE TEMP TABLE talked AS
SELECT person,
  bit_or(months(greatest(0, month_of(day)), least(60, month_of(day + 91)) - 1)) AS talk,
  bit_or(months(greatest(0, month_of(day)), least(60, month_of(third + 365)) - 1)) FILTER (third IS NOT NULL) AS four
FROM talk GROUP BY person
""",
    # Persons in months without.
    "without": """
CREATE TEMP TABLE without AS
WITH part AS (
  SELECT unit, grp, 'no talk' AS kind, first, last, months(first, last) & ~coalesce(talk, 0) AS bits
  FROM quarter LEFT JOIN talked USING (person) WHERE bits <> 0
  UNION ALL
  SELECT unit, grp, 'few talks', first, last, months(first, last) & ~coalesce(four, 0) AS bits
  FROM year LEFT JOIN talked USING (person) WHERE bits <> 0
), each AS (SELECT unit, grp, kind, bits, unnest(range(first, last + 1)) AS month FROM part)
SELECT unit, grp, month, count(*) FILTER (kind = 'no talk') AS NoTalk, count(*) FILTER (kind = 'few talks') AS FewTalks
FROM each WHERE bits >> month & 1 = 1 GROUP BY ALL
""",
    # Months with an offer in the year until their end.
    "offered": """
CREATE TEMP TABLE offered AS
SELECT person, greatest(0, month_of("from"), coalesce(month_of(before + 364), 0)) AS first,
  least(59, month_of(until + 364) - 1) AS last
FROM run WHERE kind = 'offer' AND first <= last
""",
    # Months with at least 100 hours in the year until their end, and no offer.
    "worked": """
CREATE TEMP TABLE worked AS
WITH each AS (
  SELECT person, "from", coalesce("to" + 1, DATE '2100-01-01') AS until, hours,
    unnest(range(greatest(0, month_of("from")), least(60, month_of(until + 364)))) AS month
  FROM input WHERE what = 'timer'
), total AS (
  SELECT person, month,
    sum(hours * (least(until, start_of(month + 1)) - greatest("from", start_of(month + 1) - 365)) / 7) AS hours
  FROM each GROUP BY ALL HAVING hours >= 100
)
FROM total t ANTI JOIN offered o ON o.person = t.person AND t.month BETWEEN o.first AND o.last
""",
    # How many spans of each kind begin and end in a month; the days of it before and after them, and those who were
    # already counted in the month.
    "edge": """
CREATE TEMP TABLE edge AS
WITH meets AS (
  SELECT s.person, s.unit, s.kind AS grp, b.kind, greatest(s."from", b."from") AS "from", least(s.until, b.until) AS until
  FROM spell s JOIN run b ON b.person = s.person AND s."from" < b.until AND b."from" < s.until
  WHERE b.kind IN ('offer', 'hours', 'business')
), part AS (
  SELECT unit, grp, kind, "from", until - 1 AS last,
    lag(until - 1) OVER (PARTITION BY person, grp, kind ORDER BY "from") AS before FROM meets
  UNION ALL SELECT unit, kind, NULL, "from", until - 1, before - 1 FROM spell
), inside AS (
  SELECT *, month_of("from") AS first_month, month_of(last) AS last_month FROM part
  WHERE first_month < 60 AND last_month >= 0
), within_year AS (
  SELECT unit, grp, greatest(y.first, o.first) AS first, least(y.last, o.last) AS last
  FROM year y JOIN offered o USING (person) WHERE y.first <= o.last AND o.first <= y.last
)
SELECT unit, grp, coalesce(CAST(kind AS VARCHAR), 'spell') AS kind, greatest(first_month, 0) AS month, count(*) AS begun,
  count(*) FILTER (first_month >= 0) AS new, 0 AS over, sum(day("from") - 1) FILTER (first_month >= 0) AS outside,
  count(*) FILTER (first_month >= 0 AND month_of(before) = first_month) AS again
FROM inside GROUP BY ALL
UNION ALL BY NAME
SELECT unit, grp, coalesce(CAST(kind AS VARCHAR), 'spell') AS kind, last_month AS month, count(*) AS over,
  sum(day(last_day(last)) - day(last)) AS outside FROM inside WHERE last_month < 60 GROUP BY ALL
UNION ALL BY NAME
SELECT unit, grp, 'year' AS kind, first AS month, count(*) AS begun FROM year GROUP BY ALL
UNION ALL BY NAME
SELECT unit, grp, 'year' AS kind, last AS month, count(*) AS over FROM year GROUP BY ALL
UNION ALL BY NAME
SELECT unit, grp, 'quarter' AS kind, first AS month, count(*) AS begun FROM quarter GROUP BY ALL
UNION ALL BY NAME
SELECT unit, grp, 'quarter' AS kind, last AS month, count(*) AS over FROM quarter GROUP BY ALL
UNION ALL BY NAME
SELECT unit, grp, 'talks' AS kind, first AS month, sum(n) AS begun FROM talks GROUP BY ALL
UNION ALL BY NAME
SELECT unit, grp, 'talks' AS kind, last AS month, sum(n) AS over FROM talks GROUP BY ALL
UNION ALL BY NAME
SELECT unit, grp, 'offer year' AS kind, first AS month, count(*) AS begun FROM within_year GROUP BY ALL
UNION ALL BY NAME
SELECT unit, grp, 'offer year' AS kind, last AS month, count(*) AS over FROM within_year GROUP BY ALL
""",
    "exits": """
CREATE TEMP TABLE exits AS
SELECT unit, kind AS grp, last_month AS month, count(*) AS Exit, sum(until - "from") AS SpellDays,
  count(d1) AS Known1, count(d3) AS Known3, count(d6) AS Known6, count(d12) AS Known12,
  count(d6) FILTER (supported_until = until AND (supported_next IS NULL OR supported_next > d6)) AS LastingFree
FROM ended GROUP BY ALL
""",
    "after": """
CREATE TEMP TABLE after AS
WITH seen AS (
  SELECT e.unit, e.kind AS grp, e.last_month AS month, s.kind, sum(sign) FILTER (holds(s, d1)) AS n1,
    sum(sign) FILTER (holds(s, d3)) AS n3, sum(sign) FILTER (holds(s, d6)) AS n6, sum(sign) FILTER (holds(s, d12)) AS n12
  FROM ended e JOIN status s ON s.person = e.person AND s."from" <= coalesce(d12, d6, d3, d1) AND d1 < s.until
  GROUP BY ALL
)
SELECT unit, grp, month,
  sum(n1) FILTER (kind = 'job') AS Job1, sum(n1) FILTER (kind = 'education') AS Education1,
  sum(n1) FILTER (kind = 'support') AS Support1,
  sum(n3) FILTER (kind = 'job') AS Job3, sum(n3) FILTER (kind = 'education') AS Education3,
  sum(n3) FILTER (kind = 'support') AS Support3,
  sum(n6) FILTER (kind = 'job') AS Job6, sum(n6) FILTER (kind = 'education') AS Education6,
  sum(n6) FILTER (kind = 'support') AS Support6,
  sum(n12) FILTER (kind = 'job') AS Job12, sum(n12) FILTER (kind = 'education') AS Education12,
  sum(n12) FILTER (kind = 'support') AS Support12
FROM seen GROUP BY ALL
""",
    "lasting": """
CREATE TEMP TABLE lasting AS
WITH days AS (
  SELECT person, unit, kind AS grp, last_month AS month, until, [d1, after(until - 1, 2), d3, after(until - 1, 4),
    after(until - 1, 5), d6] AS days FROM ended WHERE d6 IS NOT NULL
), each AS (
  SELECT d.unit, d.grp, d.month
  FROM days d JOIN run j ON j.person = d.person AND j.kind = 'job' AND j."from" <= days[6] AND days[1] < j.until
  GROUP BY d.person, d.unit, d.grp, d.month, d.until
  HAVING sum(len(list_filter(days, lambda day: holds(j, day)))) = 6
)
SELECT unit, grp, month, count(*) AS LastingJob FROM each GROUP BY ALL
""",
    "offers": """
CREATE TEMP TABLE offers AS
WITH offer AS (
  SELECT person, "to" AS last, CASE WHEN last + 182 < known() THEN last + 182 END AS d26,
    CASE WHEN last + 364 < known() THEN last + 364 END AS d52
  FROM input WHERE what IN ('tilbud', 'virksomhed') AND last BETWEEN start_of(0) AND start_of(60) - 1
), support AS (FROM run WHERE kind = 'support'),
after AS (
  SELECT o.*, coalesce(a.until <= d26, d26 IS NOT NULL) AS free26, coalesce(b.until <= d52, d52 IS NOT NULL) AS free52
  FROM offer o ASOF LEFT JOIN support a ON a.person = o.person AND a."from" <= d26
  ASOF LEFT JOIN support b ON b.person = o.person AND b."from" <= d52
)
SELECT s.unit, s.kind AS grp, month_of(last) AS month, count(d26) AS OfferKnown26, count(d52) AS OfferKnown52,
  count(*) FILTER (free26) AS SelfSupport26, count(*) FILTER (free52) AS SelfSupport52
FROM after o JOIN spell s ON s.person = o.person AND holds(s, last) GROUP BY ALL
""",
    "enough": """
CREATE TEMP TABLE enough AS
SELECT unit, grp, month, count(*) AS Over100, count(*) FILTER (hours >= 225) AS Over225
FROM worked JOIN year USING (person) WHERE month BETWEEN first AND last GROUP BY ALL
""",
}

OUTPUT = """
COPY (
  WITH cell AS (
    SELECT * FROM (SELECT DISTINCT unit FROM spell), (SELECT unnest(enum_range(NULL::kind)[:12]) AS grp),
      (SELECT unnest(range(60)) AS month), (SELECT DISTINCT kind FROM edge)
  ), edges AS (
    SELECT unit, grp, month, kind, sum(begun) AS begun, sum(new) AS new, sum(over) AS over, sum(outside) AS outside,
      sum(again) AS again
    FROM edge GROUP BY ALL
  ), level AS (
    SELECT unit, grp, month, kind, new, sum(begun) OVER past - coalesce(sum(over) OVER (past ROWS BETWEEN UNBOUNDED
      PRECEDING AND 1 PRECEDING), 0) AS n, n - coalesce(again, 0) AS persons,
      n * day(last_day(start_of(month))) - coalesce(outside, 0) AS days
    FROM cell LEFT JOIN edges USING (unit, grp, month, kind)
    WINDOW past AS (PARTITION BY unit, grp, kind ORDER BY month)
  ), counted AS (
    SELECT unit, grp, month,
      sum(persons) FILTER (kind = 'spell') AS Persons, sum(days) FILTER (kind = 'spell') AS Days,
      sum(new) FILTER (kind = 'spell') AS Inflow, sum(days) FILTER (kind = 'offer') AS OfferDays,
      sum(persons) FILTER (kind = 'offer') AS Activated, sum(persons) FILTER (kind = 'business') AS Business,
      sum(persons) FILTER (kind = 'hours') AS Hours, sum(n) FILTER (kind = 'year') AS Year,
      sum(n) FILTER (kind = 'offer year') AS OfferYear, sum(n) FILTER (kind = 'quarter') AS Quarter,
      sum(n) FILTER (kind = 'talks') AS TalksQuarter
    FROM level GROUP BY ALL
  ), joined AS (
    FROM counted LEFT JOIN exits USING (unit, grp, month) LEFT JOIN after USING (unit, grp, month)
    LEFT JOIN lasting USING (unit, grp, month) LEFT JOIN offers USING (unit, grp, month)
    LEFT JOIN enough USING (unit, grp, month)
    LEFT JOIN without USING (unit, grp, month)
  ), total AS (
    SELECT coalesce(unit, -1) AS unit, month, grp, coalesce(sum(COLUMNS(* EXCLUDE (unit, grp, month))), 0)
    FROM joined GROUP BY GROUPING SETS ((unit, month, grp), (month, grp))
  )
  SELECT unit, strftime(start_of(month), '%Y-%m') AS month, grp AS "group", Persons, Days, Inflow, Exit, SpellDays,
    OfferDays, Activated, Business, Hours, Known1, Job1, Education1, Support1, Known3, Job3, Education3, Support3,
    Known6, Job6, Education6, Support6, Known12, Job12, Education12, Support12, LastingJob, LastingFree,
    Quarter, NoTalk, TalksQuarter, Year,
    Year - OfferYear AS NoOffer, NoOffer - Over100 AS Neither100, NoOffer - Over225 AS Neither225, FewTalks,
    OfferKnown26, SelfSupport26, OfferKnown52, SelfSupport52
  FROM total ORDER BY unit, month, "group"
) TO '{output}' (FORMAT parquet)
"""


def main(source, output):
    begun = time.perf_counter()
    db = duckdb.connect()
    db.execute(SETUP)
    db.execute(f"CREATE VIEW input AS FROM read_parquet('{source}')")
    for name, sql in [*STEPS.items(), ("output", OUTPUT.format(output=output))]:
        db.execute(sql)
        print(f"  {name:8} {time.perf_counter() - begun:7.2f} s, CPU {time.process_time():7.2f} s", file=sys.stderr)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{time.perf_counter() - begun:.2f} s, CPU {used.ru_utime + used.ru_stime:.2f} s, {used.ru_maxrss / 2**20:.2f} GiB")


if __name__ == "__main__":
    main(*sys.argv[1:3])
