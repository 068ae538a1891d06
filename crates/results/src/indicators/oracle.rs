//! Every count of drawn citizens, looked up day by day and month by month.

use super::history::Span;
use super::*;
use figures::Month;
use statistics::chance::Chance;
use timeline::{Date, date};

/// A citizen drawn at random: spells of two groups, support, offers, hours, talks, answers and units.
fn drawn(chance: &mut Chance) -> History {
    let spans = |most: usize, length: usize, chance: &mut Chance| {
        let one = |chance: &mut Chance| {
            let from = 18_200 + chance.below(1_600) as i32;
            let open = chance.below(9) == 0;
            Span { from, until: if open { i32::MAX } else { from + 1 + chance.below(length) as i32 } }
        };
        (0..chance.below(most + 1)).map(|_| one(chance)).collect::<Vec<_>>()
    };
    let merged = |spans: Vec<Span>| {
        let mut out = Vec::new();
        history::merge(spans.into_iter(), &mut out);
        out
    };
    let mut h = History::default();
    let groups = [Group::Dagpenge, Group::Uddannelseshjaelp, Group::Sho, Group::Sygedagpenge, Group::Fleksjob];
    for group in groups {
        let (most, length) = [(3, 300), (2, 500), (1, 500), (4, 20)][chance.below(4)];
        h.benefits.extend(spans(most, length, chance).into_iter().map(|span| (span, group)));
    }
    // Some begin the day after another ended.
    for at in 1..h.benefits.len() {
        if chance.below(3) == 0 {
            let (before, (span, _)) = (h.benefits[at - 1].0, &mut h.benefits[at]);
            if before.until < 20_000 && span.until != i32::MAX {
                *span = Span { from: before.until, until: before.until + span.until - span.from };
            }
        }
    }
    h.benefits.sort_by_key(|(span, _)| span.from);
    let benefits: Vec<Span> = h.benefits.iter().map(|(span, _)| *span).collect();
    h.supported = merged([&benefits[..], &spans(1, 900, chance)[..]].concat());
    h.jobs = merged(spans(3, 400, chance));
    h.education = spans(1, 400, chance);
    h.offers = spans(3, 60, chance).into_iter().map(|s| (s.from % 2 == 0, s)).collect();
    h.offered = merged(h.offers.iter().map(|o| o.1).collect());
    h.hours = spans(2, 200, chance).into_iter().map(|s| ((s.from % 5) as f32, s)).collect();
    // Of some there are more talks than four bits can number.
    let talks = if chance.below(9) == 0 { 300 } else { 12 };
    h.talks = spans(talks, 2, chance).into_iter().map(|s| s.from).collect();
    h.talks.sort_unstable();
    h.answers = spans(6, 2, chance).into_iter().map(|s| ((s.from % 2) as u16, s.from, s.from % 3)).collect();
    h.answers.sort_unstable();
    h.answers.dedup_by_key(|a| (a.0, a.1));
    h.units = spans(2, 700, chance).into_iter().map(|s| ((s.from % 3) as u16, s)).collect();
    h
}

/// What holds at a month's end or within it, looked up day by day and month by month.
fn month_by_month(h: &History, group: Group, from: i32, until: i32) -> Vec<(Count, u64)> {
    let spells = &h.spells(group)[..];
    let days = |spans: &[Span]| {
        let on = |day: &i32| spans.iter().any(|s| s.has(*day)) && spells.iter().any(|s| s.has(*day));
        (from..until).filter(on).count() as u64
    };
    let mut out = Vec::new();
    let mut put = |count, n: u64| out.push((count, n));
    let own = days(spells);
    put(Count::Persons, u64::from(own > 0));
    put(Count::Days, own);
    put(Count::Inflow, spells.iter().filter(|s| from <= s.from && s.from < until).count() as u64);
    let offered = days(&h.offered);
    put(Count::OfferDays, offered);
    put(Count::Activated, u64::from(offered > 0));
    let hours: Vec<Span> = h.hours.iter().filter(|(n, _)| *n > 0.0).map(|(_, s)| *s).collect();
    let business: Vec<Span> = h.offers.iter().filter(|(b, _)| *b).map(|(_, s)| *s).collect();
    put(Count::Hours, u64::from(days(&hours) > 0));
    put(Count::Business, u64::from(days(&hours) > 0 || days(&business) > 0));
    let Some(spell) = spells.iter().find(|s| s.has(until - 1)) else { return out };
    let talks = |from: i32| h.talks.iter().filter(|t| from <= **t && **t < until).count() as u64;
    if until - spell.from >= 91 {
        put(Count::Quarter, 1);
        put(Count::TalksQuarter, talks(until - 91));
        put(Count::NoTalk, u64::from(talks(until - 91) == 0));
    }
    let year = until - 365;
    if h.supported.iter().any(|s| s.has(until - 1) && s.from <= year) {
        let hours: f32 = h.hours.iter().map(|(n, s)| n * s.days_within(year, until) as f32 / 7.0).sum();
        let offer = h.offered.iter().any(|s| s.days_within(year, until) > 0);
        put(Count::Year, 1);
        put(Count::NoOffer, u64::from(!offer));
        put(Count::Neither100, u64::from(!offer && hours < 100.0));
        put(Count::Neither225, u64::from(!offer && hours < 225.0));
        put(Count::FewTalks, u64::from(talks(year) < 4));
    }
    let (mut twice, mut moves) = (false, 0);
    for question in 0..2 {
        let asked: Vec<i32> =
            h.answers.iter().filter(|a| a.0 == question && year <= a.1 && a.1 < until).map(|a| a.2).collect();
        if let [first, .., last] = asked[..] {
            twice = true;
            moves += (last - first).signum();
        }
    }
    put(Count::Measured, u64::from(twice));
    put(Count::Up, u64::from(twice && moves > 0));
    put(Count::Down, u64::from(twice && moves < 0));
    out
}

/// Spells and offers that ended in a month, and what became of those who had them, looked up on the day itself.
fn ended_in(h: &History, group: Group, from: i32, until: i32, known: i32) -> Vec<(Count, u64)> {
    let spells = &h.spells(group)[..];
    let mut out = Vec::new();
    let epoch = date(1970, 1, 1);
    let day = |n: i32| epoch.checked_add(jiff::Span::new().days(n)).expect("a day");
    let has = |spans: &[Span], day: i32| spans.iter().any(|s| s.has(day));
    let next = history::day_number(day(until).checked_add(jiff::Span::new().months(1)).expect("a day"));
    for spell in spells.iter().filter(|s| from < s.until && s.until <= until) {
        if next > known || (spell.until..next).any(|d| has(spells, d)) {
            continue;
        }
        out.push((Count::Exit, 1));
        out.push((Count::SpellDays, (spell.until - spell.from) as u64));
        let after = |months: i32| {
            let last = day(spell.until - 1).checked_add(jiff::Span::new().months(months)).expect("a day");
            history::day_number(last)
        };
        for (months, counts) in [
            (1, [Count::Known1, Count::Job1, Count::Education1, Count::Support1]),
            (3, [Count::Known3, Count::Job3, Count::Education3, Count::Support3]),
            (6, [Count::Known6, Count::Job6, Count::Education6, Count::Support6]),
            (12, [Count::Known12, Count::Job12, Count::Education12, Count::Support12]),
        ] {
            let at = after(months);
            if at >= known {
                continue;
            }
            out.push((counts[0], 1));
            let status = [&h.jobs, &h.education, &h.supported].into_iter().position(|spans| has(spans, at));
            out.extend(status.map(|status| (counts[status + 1], 1)));
            if months == 6 {
                let each = (1..=6).all(|m| has(&h.jobs, after(m)));
                let free = !(spell.until..=at).any(|d| has(&h.supported, d));
                out.extend([(Count::LastingJob, u64::from(each)), (Count::LastingFree, u64::from(free))]);
            }
        }
    }
    for (_, offer) in h.offers.iter().filter(|(_, s)| from < s.until && s.until <= until) {
        let last = offer.until - 1;
        for (weeks, all, free) in
            [(26, Count::OfferKnown26, Count::SelfSupport26), (52, Count::OfferKnown52, Count::SelfSupport52)]
        {
            if has(spells, last) && last + 7 * weeks < known {
                out.push((all, 1));
                out.push((free, u64::from(!has(&h.supported, last + 7 * weeks))));
            }
        }
    }
    out
}

#[test]
fn what_is_counted_is_what_each_month_has_day_by_day() {
    let mut chance = Chance::new(20_261_126, 1);
    let names: Vec<String> = (0..3).map(|n| n.to_string()).collect();
    for round in 0..20 {
        let all: Vec<History> = (0..40).map(|_| drawn(&mut chance)).collect();
        // Every fourth time more months than are looked at at once.
        let year = if round % 4 == 0 { 2017 } else { 2020 };
        let (first, last) = (Month { year, month: 6 }, Month { year: 2023, month: 12 });
        // Half of the tables end before the months do.
        let on = if chance.below(2) == 0 { date(2023, 3, 20) } else { date(2024, 6, 30) };
        let histories = Histories { all, units: names.clone(), questions: Vec::new() };
        for by_unit in [false, true] {
            let grid = count(&histories, first, last, on, by_unit).expect("months");
            let mut expected = std::collections::HashMap::new();
            for (month, at) in (first.number()..=last.number()).enumerate() {
                let day = |number| {
                    let month = Month::from_number(number);
                    history::day_number(Date::new(month.year, month.month, 1).expect("a day"))
                };
                let (from, until) = (day(at), day(at + 1));
                if until > history::day_number(on) + 1 {
                    continue;
                }
                for (h, group) in histories.all.iter().flat_map(|h| Group::ALL.map(|group| (h, group))) {
                    let unit =
                        h.units.iter().rev().find(|(_, s)| s.has(until - 1)).map_or(4, |(u, _)| usize::from(*u) + 1);
                    let known = history::day_number(on) + 1;
                    let ended = ended_in(h, group, from, until, known);
                    for (count, n) in month_by_month(h, group, from, until).into_iter().chain(ended) {
                        *expected.entry((0, month, group, count)).or_insert(0) += n;
                        if by_unit {
                            *expected.entry((unit, month, group, count)).or_insert(0) += n;
                        }
                    }
                }
            }
            let units = if by_unit { 0..=4 } else { 0..=0 };
            for unit in units {
                for month in 0..grid.months {
                    for group in Group::ALL {
                        for what in Count::ALL.iter().copied().filter(|c| *c != Count::MonthDays) {
                            let n = expected.get(&(unit, month, group, what)).copied().unwrap_or(0);
                            assert_eq!(grid.get(unit, month, group, what), n, "{unit} {month} {group:?} {what:?}");
                        }
                    }
                }
            }
        }
    }
}
