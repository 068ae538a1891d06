"""The rules of law/*.toml written for OpenFisca-Core, twice.

"months" is how systems for OpenFisca are mostly written: what is known is given month by month, and a formula looks at the
month before. "events" gives each fact once, in numbered places that hold for ever, and lets numpy look through the places;
it has less to fill and is the stronger opponent. Days are numbers since 1 January 1970, words are numbers, both in int32,
and months are added by a table: all of it quicker than the library's own dates and enumerations.
"""

import datetime
import functools

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

NO_DAY = -1
FAR = np.iinfo(np.int32).max
NOTHING = 255
MET, NOT_MET, OPEN, UNKNOWN = range(4)
INSURED, JOB_READY, ACTIVITY_READY = 0, 1, 2
FIRST_MONTH = (2023, 7)  # before it nobody receives anything
BENEFITS, GROUPS, TALKS, TALKS_A_MONTH = 3, 2, 12, 8  # places

Person = build_entity("person", "persons", "A citizen", is_person=True)


def table(days, months):
    """The day so many months after each day number: the same day of the month, or the month's last."""
    start = np.arange(days).astype("M8[D]")
    month = start.astype("M8[M]")
    into = start - month.astype("M8[D]")
    last = (month + months + 1).astype("M8[D]") - 1
    return np.minimum((month + months).astype("M8[D]") + into, last).astype(np.int32)


DAYS = 30_000
PLUS = {months: table(DAYS, months) for months in (1, 6)}
MONTH_OF = np.arange(DAYS).astype("M8[D]").astype("M8[M]").astype(np.int32)


@functools.cache
def month_end(period):
    """The month's last day and the last day a year before, as day numbers."""
    stop = period.stop
    last = datetime.date(stop.year, stop.month, stop.day)
    day = (last - datetime.date(1970, 1, 1)).days
    month = np.datetime64(last, "M") - 12
    year_before = min(month.astype("M8[D]") + (last.day - 1), (month + 1).astype("M8[D]") - 1)
    return day, int(year_before.astype(np.int64)), (stop.year, stop.month)


def given(name, definition_period, default=NO_DAY):
    """A variable that is given and not calculated."""
    return type(
        name,
        (Variable,),
        {
            "value_type": int,
            "entity": Person,
            "definition_period": definition_period,
            "default_value": default,
            "label": name,
        },
    )


def monthly(cls):
    """A variable of each month; the library does not look at what a class inherits."""
    cls.value_type, cls.entity, cls.definition_period, cls.default_value = int, Person, DateUnit.MONTH, NO_DAY
    return cls


def verdict(applies, start, due, done, on, year_before):
    out = np.where(done, MET, np.where(due >= on, OPEN, NOT_MET))
    out[due < year_before] = NOTHING
    out[start < 0] = UNKNOWN
    out[~applies] = NOTHING
    return out


# The same for both.


@monthly
class ladder_months(Variable):
    label = "Whole months since the first day of the unbroken run on the same benefit, at the month's end"

    def formula(person, period):
        on, _, _ = month_end(period)
        start = person("benefit_start", period)
        months = MONTH_OF[on] - MONTH_OF[start]
        return np.where((start < 0) | (person("group", period) < 0), NOTHING, months)


@monthly
class talks_asked(Variable):
    label = "Talks asked for in the first six months, or none"

    def formula(person, period):
        group = person("group", period)
        return np.where(group == INSURED, 3, np.where((group == JOB_READY) | (group == ACTIVITY_READY), 4, NO_DAY))


@monthly
class talks_due(Variable):
    label = "The last day of the first six months"

    def formula(person, period):
        return PLUS[6][person("benefit_start", period)]


@monthly
class first_talk_due(Variable):
    label = "The last day of the first month"

    def formula(person, period):
        return PLUS[1][person("benefit_start", period)]


@monthly
class talks_duty(Variable):
    label = "Whether the talks of the first six months were held"

    def formula(person, period):
        on, year_before, _ = month_end(period)
        asked = person("talks_asked", period)
        done = person("talks_held", period) >= asked
        start, due = person("benefit_start", period), person("talks_due", period)
        return verdict(asked > 0, start, due, done, on, year_before)


@monthly
class talks_counted(Variable):
    label = "Talks held in the window, where the rule says something"

    def formula(person, period):
        duty = person("talks_duty", period)
        return np.where((duty == NOTHING) | (duty == UNKNOWN), NOTHING, person("talks_held", period))


@monthly
class first_talk_duty(Variable):
    label = "Whether the first talk was held within a month"

    def formula(person, period):
        on, year_before, _ = month_end(period)
        done = person("first_talks_held", period) > 0
        start, due = person("benefit_start", period), person("first_talk_due", period)
        return verdict(person("group", period) >= 0, start, due, done, on, year_before)


# Month by month.


def months_system():
    @monthly
    class benefit_start(Variable):
        label = "First day of the unbroken run on the benefit of the month's last day"

        def formula(person, period):
            _, _, month = month_end(period)
            since = person("benefit_from", period)
            if month == FIRST_MONTH:
                return since
            before = period.last_month
            same = person("benefit", period) == person("benefit", before)
            joins = (since == person("benefit_from", before)) | (since == person("benefit_to", before) + 1)
            return np.where(same & joins, person("benefit_start", before), since)

    def held(name, places, due):
        @monthly
        class talks(Variable):
            label = "Talks held from the start of the run until the month's end, within the window"

            def formula(person, period):
                _, _, month = month_end(period)
                start, last = person("benefit_start", period), person(due, period)
                count = np.zeros(person.count, np.int32)
                for place in places:
                    day = person(place, period)
                    count += (day >= start) & (day <= last) & (day >= 0)
                if month == FIRST_MONTH:
                    return count
                before = period.last_month
                return count + np.where(person("benefit_start", before) == start, person(name, before), 0)

        talks.__name__ = name
        return talks

    own = [f"municipal_talk_{k}" for k in range(1, TALKS_A_MONTH + 1)]
    fund = [f"fund_talk_{k}" for k in range(1, TALKS_A_MONTH + 1)]
    names = ["benefit", "benefit_from", "benefit_to", "group", *own, *fund]
    inputs = [given(name, DateUnit.MONTH) for name in names]
    law = [benefit_start, held("talks_held", own, "talks_due"), held("first_talks_held", own + fund, "first_talk_due")]
    return system(inputs + law)


# Every fact once.


def events_system():
    def run_start(k):
        class start(Variable):
            value_type = int
            entity = Person
            definition_period = DateUnit.ETERNITY
            label = "First day of the run that the benefit fact belongs to"

            def formula(person, period):
                since = person(f"benefit_{k}_from", period)
                if k == 1:
                    return since
                same = person(f"benefit_{k}", period) == person(f"benefit_{k - 1}", period)
                joins = since == person(f"benefit_{k - 1}_to", period) + 1
                return np.where(same & joins, person(f"run_{k - 1}_start", period), since)

        start.__name__ = f"run_{k}_start"
        return start

    @monthly
    class benefit_start(Variable):
        label = "First day of the unbroken run on the benefit of the month's last day"

        def formula(person, period):
            on, _, _ = month_end(period)
            out = np.full(person.count, NO_DAY, np.int32)
            for k in range(1, BENEFITS + 1):
                holds = (person(f"benefit_{k}_from", period) <= on) & (person(f"benefit_{k}_to", period) >= on)
                np.copyto(out, person(f"run_{k}_start", period), where=holds)
            return out

    @monthly
    class group(Variable):
        label = "Target group on the month's last day"

        def formula(person, period):
            on, _, _ = month_end(period)
            out = np.full(person.count, NO_DAY, np.int32)
            for k in range(1, GROUPS + 1):
                holds = (person(f"group_{k}_from", period) <= on) & (person(f"group_{k}_to", period) >= on)
                np.copyto(out, person(f"group_{k}", period), where=holds)
            return out

    def held(name, prefix, due):
        @monthly
        class talks(Variable):
            label = "Talks held from the start of the run until the month's end, within the window"

            def formula(person, period):
                on, _, _ = month_end(period)
                start = person("benefit_start", period)
                last = np.minimum(person(due, period), on)
                count = np.zeros(person.count, np.int8)
                for k in range(1, TALKS + 1):
                    day = person(f"{prefix}_{k}", period)
                    count += (day >= start) & (day <= last) & (day >= 0)
                return count

        talks.__name__ = name
        return talks

    names = [f"benefit_{k}{part}" for k in range(1, BENEFITS + 1) for part in ("", "_from", "_to")]
    names += [f"group_{k}{part}" for k in range(1, GROUPS + 1) for part in ("", "_from", "_to")]
    names += [f"{prefix}_{k}" for prefix in ("municipal_talk", "talk") for k in range(1, TALKS + 1)]
    inputs = [given(name, DateUnit.ETERNITY) for name in names]
    law = [benefit_start, group, held("talks_held", "municipal_talk", "talks_due")]
    law += [held("first_talks_held", "talk", "first_talk_due")]
    law += [run_start(k) for k in range(1, BENEFITS + 1)]
    return system(inputs + law)


def system(variables):
    out = TaxBenefitSystem([Person])
    both = [ladder_months, talks_asked, talks_due, first_talk_due, talks_duty, talks_counted, first_talk_duty]
    for variable in variables + both:
        out.add_variable(variable)
    return out
