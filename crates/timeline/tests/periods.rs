//! Periods, sets of days, cuts by calendar and timelines, each against days written out one by one.

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use timeline::{Date, IsoWeek, Months, Period, PeriodSet, Timeline, add_months, date, months_between};

type Days = BTreeSet<i64>;

/// Days in the window. Only a period without an end reaches the last one, so that it tells "no end" apart.
const WINDOW: i64 = 200;

fn later(day: Date, days: i64) -> Date {
    day.checked_add(jiff::Span::new().days(days)).expect("the tests stay within the calendar")
}

/// Day `n` of the window, which has New Year and a leap day in it.
fn nth(n: i64) -> Date {
    later(date(2023, 12, 1), n)
}

fn days_where(is_in: impl Fn(Date) -> bool) -> Days {
    (0..WINDOW).filter(|n| is_in(nth(*n))).collect()
}

fn days_of(periods: &[Period]) -> Days {
    days_where(|d| periods.iter().any(|p| p.from <= d && p.to.is_none_or(|to| d <= to)))
}

/// The fewest periods that have exactly these days.
fn runs(days: &Days) -> Vec<Period> {
    let starts = days.iter().filter(|n| !days.contains(&(**n - 1)));
    let run = |&first: &i64| {
        let last = (first..WINDOW).find(|n| !days.contains(&(n + 1))).expect("a run ends in the window");
        Period { from: nth(first), to: (last < WINDOW - 1).then(|| nth(last)) }
    };
    starts.map(run).collect()
}

/// Half of the periods lie so close together that they often share a day or follow each other.
fn period() -> impl Strategy<Value = Period> {
    let closed = prop_oneof![(0..WINDOW - 1, 0..40i64), (85..95i64, 0..4i64)]
        .prop_map(|(from, more)| Period { from: nth(from), to: Some(nth((from + more).min(WINDOW - 2))) });
    let open = prop_oneof![0..WINDOW, 85..95i64].prop_map(|from| Period::open(nth(from)));
    prop_oneof![8 => closed, 1 => open]
}

fn periods() -> impl Strategy<Value = Vec<Period>> {
    prop::collection::vec(period(), 0..10)
}

fn any_day() -> impl Strategy<Value = Date> {
    (0..16_000i64).prop_map(|n| later(date(1996, 1, 1), n))
}

/// Asserts that the pieces follow each other through all of `whole`, one for each value of `unit`.
fn assert_cut<K: PartialEq + Debug>(whole: Period, pieces: &[Period], unit: impl Fn(Date) -> K) {
    assert_eq!(pieces.first().map(|p| p.from), Some(whole.from));
    assert_eq!(pieces.last().map(|p| p.to), Some(whole.to));
    for piece in pieces {
        assert!(piece.from <= piece.last(), "{piece} has no day");
        assert_eq!(unit(piece.from), unit(piece.last()), "{piece} lies in two");
    }
    for pair in pieces.windows(2) {
        assert_eq!(later(pair[0].last(), 1), pair[1].from);
        assert_ne!(unit(pair[0].from), unit(pair[1].from), "{} and {} lie in one", pair[0], pair[1]);
    }
}

fn quarter(day: Date) -> (i16, i8) {
    (day.year(), (day.month() + 2) / 3)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_periods_relate_as_their_days_do(a in period(), b in period()) {
        let (x, y) = (days_of(&[a]), days_of(&[b]));
        let next_to = |x: &Days, y: &Days| x.last().is_some_and(|n| y.first() == Some(&(n + 1)));
        prop_assert_eq!(a.overlaps(b), !x.is_disjoint(&y));
        prop_assert_eq!(a.covers(b), y.is_subset(&x));
        prop_assert_eq!(a.touches(b), !x.is_disjoint(&y) || next_to(&x, &y) || next_to(&y, &x));
        prop_assert_eq!(a.intersection(b).into_iter().collect::<Vec<_>>(), runs(&(&x & &y)));
    }

    #[test]
    fn a_period_contains_and_counts_its_days(p in period(), n in 0..WINDOW) {
        let days = days_of(&[p]);
        let count = i64::try_from(days.len()).unwrap();
        prop_assert_eq!(days_where(|d| p.contains(d)), days.clone());
        prop_assert_eq!(p.days(), p.to.map(|_| count));
        prop_assert_eq!(p.whole_weeks(), p.to.map(|_| count / 7));
        prop_assert_eq!(p.days_until(nth(n)), i64::try_from(days.range(..=n).count()).unwrap());
    }

    #[test]
    fn a_period_survives_its_text_and_its_json(p in period()) {
        prop_assert_eq!(p.to_string().parse::<Period>(), Ok(p));
        prop_assert_eq!(serde_json::from_str::<Period>(&serde_json::to_string(&p).unwrap()).unwrap(), p);
    }

    #[test]
    fn a_set_is_the_fewest_periods_with_its_days(a in periods()) {
        let (set, days) = (PeriodSet::new(a.clone()), days_of(&a));
        let runs = runs(&days);
        prop_assert_eq!(set.periods(), &runs[..]);
        prop_assert_eq!(days_where(|d| set.contains(d)), days.clone());
        prop_assert_eq!(set.is_empty(), days.is_empty());
        let endless = days.contains(&(WINDOW - 1));
        prop_assert_eq!(set.days(), (!endless).then_some(i64::try_from(days.len()).unwrap()));
    }

    #[test]
    fn sets_join_meet_and_part_as_their_days_do(a in periods(), b in periods()) {
        let (x, y) = (days_of(&a), days_of(&b));
        let (a, b) = (PeriodSet::new(a), PeriodSet::new(b));
        let (union, intersection, difference) = (a.union(&b), a.intersection(&b), a.difference(&b));
        prop_assert_eq!(union.periods(), &runs(&(&x | &y))[..]);
        prop_assert_eq!(intersection.periods(), &runs(&(&x & &y))[..]);
        prop_assert_eq!(difference.periods(), &runs(&(&x - &y))[..]);
    }

    #[test]
    fn gaps_and_clip_share_the_days_of_a_period_between_them(a in periods(), within in period()) {
        let (set, days, frame) = (PeriodSet::new(a.clone()), days_of(&a), days_of(&[within]));
        let (gaps, clip) = (set.gaps(within), set.clip(within));
        prop_assert_eq!(gaps.periods(), &runs(&(&frame - &days))[..]);
        prop_assert_eq!(clip.periods(), &runs(&(&frame & &days))[..]);
        let rejoined = gaps.union(&clip);
        prop_assert_eq!(rejoined.periods(), &[within]);
    }

    #[test]
    fn cuts_by_calendar_rejoin_to_the_whole(from in any_day(), more in 0..1500i64) {
        let whole = Period::new(from, later(from, more)).unwrap();
        assert_cut(whole, &whole.by_week().collect::<Vec<_>>(), IsoWeek::of);
        assert_cut(whole, &whole.by_month().collect::<Vec<_>>(), |d| (d.year(), d.month()));
        assert_cut(whole, &whole.by_quarter().collect::<Vec<_>>(), quarter);
        assert_cut(whole, &whole.by_year().collect::<Vec<_>>(), Date::year);
    }

    #[test]
    fn an_open_period_is_cut_like_a_long_one(from in any_day()) {
        let (open, long) = (Period::open(from), Period::new(from, later(from, 4000)).unwrap());
        prop_assert!(open.by_week().take(9).eq(long.by_week().take(9)));
        prop_assert!(open.by_month().take(9).eq(long.by_month().take(9)));
        prop_assert!(open.by_quarter().take(9).eq(long.by_quarter().take(9)));
        prop_assert!(open.by_year().take(9).eq(long.by_year().take(9)));
    }

    #[test]
    fn months_and_days_give_the_end_back_and_grow_with_it(from in any_day(), more in -3000..6000i64) {
        let until = later(from, more);
        let m = months_between(from, until);
        prop_assert_eq!(later(add_months(from, m.months), i64::from(m.days)), until);
        prop_assert!((0..31).contains(&m.days), "{:?}", m);
        prop_assert!(add_months(from, m.months + 1) > until, "{:?} is not all the months", m);
        prop_assert!(months_between(from, later(until, 1)) > m);
    }

    #[test]
    fn months_on_keep_the_day_number_or_end_the_month(day in any_day(), n in -300..300i32) {
        let to = add_months(day, n);
        let number = |d: Date| i32::from(d.year()) * 12 + i32::from(d.month());
        prop_assert_eq!(number(to), number(day) + n);
        prop_assert_eq!(to.day(), day.day().min(to.days_in_month()));
        prop_assert!(to < add_months(day, n + 1));
        prop_assert!(to <= add_months(later(day, 1), n));
    }

    #[test]
    fn whole_weeks_end_the_day_before_the_same_weekday(start in any_day(), n in 1..200u16) {
        let weeks = Period::weeks_from(start, n);
        prop_assert_eq!(weeks.days(), Some(i64::from(n) * 7));
        prop_assert_eq!(weeks.whole_weeks(), Some(i64::from(n)));
        prop_assert_eq!(later(weeks.last(), 1).weekday(), start.weekday());
        prop_assert_eq!(Period::weeks_from(start, 0), Period::day(start));
    }

    #[test]
    fn months_from_a_day_include_the_day_they_end_on(start in any_day(), n in 0..200u16) {
        let months = Period::months_from(start, n);
        prop_assert_eq!(months, Period { from: start, to: Some(add_months(start, i32::from(n))) });
        prop_assert_eq!(months.months(), Some(Months { months: i32::from(n), days: 1 }));
    }

    #[test]
    fn a_timeline_is_refused_exactly_when_two_parts_share_a_day(
        parts in prop::collection::vec((period(), any::<u8>()), 0..6),
    ) {
        let shared = |i: usize| parts[..i].iter().any(|(p, _)| !days_of(&[*p]).is_disjoint(&days_of(&[parts[i].0])));
        let any_shared = (0..parts.len()).any(shared);
        match Timeline::new(parts.clone()) {
            Ok(timeline) => {
                prop_assert!(!any_shared);
                for n in 0..WINDOW {
                    let value = parts.iter().find(|(p, _)| p.contains(nth(n))).map(|(_, value)| value);
                    prop_assert_eq!(timeline.on(nth(n)), value);
                }
            }
            Err(overlap) => {
                prop_assert!(any_shared);
                prop_assert!(!days_of(&[overlap.first]).is_disjoint(&days_of(&[overlap.second])));
                prop_assert!(overlap.first.from <= overlap.second.from);
            }
        }
    }

    #[test]
    fn of_layered_parts_the_last_one_wins_each_day(
        parts in prop::collection::vec((period(), any::<u8>()), 0..10), within in period(),
    ) {
        let mut model: BTreeMap<i64, u8> = BTreeMap::new();
        for (p, value) in &parts {
            model.extend(days_of(&[*p]).into_iter().map(|n| (n, *value)));
        }
        let timeline = Timeline::layered(parts);
        let clipped = timeline.clip(within);
        for n in 0..WINDOW {
            let value = model.get(&n);
            prop_assert_eq!(timeline.on(nth(n)), value);
            prop_assert_eq!(clipped.on(nth(n)), value.filter(|_| within.contains(nth(n))));
        }
        let known = timeline.days();
        prop_assert_eq!(known.periods(), &runs(&model.into_keys().collect())[..]);
        prop_assert_eq!(Timeline::new(timeline.parts().to_vec()), Ok(timeline.clone()));
    }
}

#[test]
fn month_ends_and_leap_days_are_counted_from_the_first_day() {
    for (from, until, months, days) in [
        ("2026-01-31", "2026-02-27", 0, 27),
        ("2026-01-31", "2026-02-28", 1, 0),
        ("2026-01-31", "2026-03-01", 1, 1),
        ("2026-01-31", "2026-03-31", 2, 0),
        ("2024-01-31", "2024-02-28", 0, 28),
        ("2024-01-31", "2024-02-29", 1, 0),
        ("2024-02-29", "2025-02-27", 11, 29),
        ("2024-02-29", "2025-02-28", 12, 0),
        ("2024-02-29", "2028-02-28", 47, 30),
        ("2024-02-29", "2028-02-29", 48, 0),
        ("2026-02-28", "2026-03-31", 1, 3),
        ("2025-12-31", "2026-01-01", 0, 1),
    ] {
        let between = months_between(from.parse().unwrap(), until.parse().unwrap());
        assert_eq!(between, Months { months, days }, "{from} until {until}");
    }
}
